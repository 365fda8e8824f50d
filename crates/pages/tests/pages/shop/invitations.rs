//! Invitations, and what is done with commission.

use ferroboard_invite::CommissionLog;
use ferroboard_kernel::{Cents, TradeNo, UnixSeconds, UserId};

use super::{ALICE, alice, balance, has, has_not, page, refused, shop};
use crate::browser::Site;

const PATH: &str = "/my/invite";

fn earn(site: &Site, cents: i64) {
    site.fakes.store.write(|tables| {
        tables.user(ALICE).invite.commission_balance = Cents::new(cents);
    });
}

fn commission(site: &Site) -> i64 {
    let store = &site.fakes.store;
    store.read(|tables| {
        tables
            .users
            .get(&ALICE)
            .unwrap()
            .invite
            .commission_balance
            .get()
    })
}

#[actix_web::test]
async fn codes_are_made_up_to_the_limit() {
    let settings = [("invite_gen_limit", "1"), ("app_url", "http://demo.test")];
    let site = shop(&settings).await;
    let browser = alice(&site).await;
    has(
        &page(&browser, PATH).await,
        &["There is no unused code.", "10%"],
    );
    let made = browser.fill(PATH, PATH, &[]).await;
    assert_eq!(made.leads_to(), PATH);
    has(
        &page(&browser, PATH).await,
        &["A code was made.", "http://demo.test/my/register?code="],
    );
    browser.fill(PATH, PATH, &[]).await;
    has(
        &page(&browser, PATH).await,
        &["You have as many unused codes as allowed."],
    );
}

#[actix_web::test]
async fn commission_is_moved_to_the_balance() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    earn(&site, 2_000);
    let to = "/my/invite/transfer";
    for (amount, status) in [
        ("0", 422),
        ("abc", 422),
        ("1.005", 422),
        ("", 422),
        ("20.01", 400),
    ] {
        let answer = browser.fill(PATH, to, &[("amount", amount)]).await;
        refused(&answer, status, &[&format!("value=\"{amount}\"")]);
        assert_eq!(
            (commission(&site), balance(&site, ALICE)),
            (2_000, 0),
            "{amount}"
        );
    }
    let moved = browser.fill(PATH, to, &[("amount", "12.50")]).await;
    assert_eq!(moved.leads_to(), PATH);
    has(
        &page(&browser, PATH).await,
        &["¥12.50 went to your balance.", "¥7.50"],
    );
    assert_eq!((commission(&site), balance(&site, ALICE)), (750, 1_250));
    assert_eq!(browser.get(to).await.leads_to(), PATH);
}

#[actix_web::test]
async fn a_withdrawal_opens_a_ticket() {
    let site = shop(&[("commission_withdraw_limit", "10")]).await;
    let browser = alice(&site).await;
    let to = "/my/invite/withdraw";
    let fields = [("method", "USDT"), ("account", "T-account <1>")];
    let early = browser.fill(PATH, to, &fields).await;
    refused(
        &early,
        422,
        &["T-account &#60;1&#62;", "<option value=\"USDT\" selected>"],
    );
    earn(&site, 2_000);
    let empty = browser
        .fill(PATH, to, &[("method", "USDT"), ("account", "")])
        .await;
    refused(
        &empty,
        422,
        &["id=\"account-error\"", "Enter the account to pay to"],
    );
    let unknown = browser
        .fill(PATH, to, &[("method", "Cash"), ("account", "x")])
        .await;
    assert_eq!(unknown.status.as_u16(), 422);
    let asked = browser.fill(PATH, to, &fields).await;
    assert_eq!(asked.leads_to(), "/my/tickets/1");
    has(
        &page(&browser, "/my/tickets/1").await,
        &[
            "Your request is in this ticket.",
            "USDT",
            "T-account &#60;1&#62;",
        ],
    );
    assert_eq!(commission(&site), 2_000);
}

#[actix_web::test]
async fn where_commission_is_not_paid_out_there_is_no_form() {
    let site = shop(&[("withdraw_close_enable", "1")]).await;
    let browser = alice(&site).await;
    let shown = page(&browser, PATH).await;
    has(&shown, &["is not paid out"]);
    has_not(&shown, &["name=\"account\""]);
}

#[actix_web::test]
async fn paid_commission_is_listed_by_page() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    site.fakes.store.write(|tables| {
        for count in 1..=21 {
            tables.invite.commissions.push(CommissionLog {
                inviter: ALICE,
                buyer: UserId::new(9),
                trade_no: TradeNo::stored(format!("T{count}")),
                order_amount: Cents::new(5_000),
                amount: Cents::new(count),
                at: UnixSeconds::new(1_700_000_000 + count),
            });
        }
    });
    let first = page(&browser, PATH).await;
    has(&first, &["¥0.21", "¥50.00", "href=\"/my/invite?page=2\""]);
    has_not(&first, &["¥0.01<", "T21"]);
    has(&page(&browser, "/my/invite?page=2").await, &["¥0.01"]);
}
