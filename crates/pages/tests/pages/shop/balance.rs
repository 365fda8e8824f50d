//! Money for the balance, and what the balance pays by itself.

use actix_web::http::StatusCode;
use ferroboard_billing::Period;
use ferroboard_billing::testing::a_completed_order;
use ferroboard_kernel::UnixSeconds;

use super::{ALICE, alice, balance, endow, has, has_not, order, page, refused, shop, subscribe};
use crate::browser::Site;

const TOP_UPS: [(&str, &str); 2] = [
    ("deposit_enable", "1"),
    ("deposit_bounus", r#"["50:4.5","10:0.5","60:4"]"#),
];

/// Alice bought plan 1 for a month, and has it until 2099.
fn bought(site: &Site) {
    subscribe(site, ALICE);
    site.fakes.store.write(|tables| {
        let at = UnixSeconds::new(1_700_000_000);
        let done = a_completed_order(1, ALICE, Period::Monthly, 990, at);
        tables.billing.orders.insert(done.id, done);
    });
}

#[actix_web::test]
async fn the_balance_is_topped_up_with_what_comes_on_top() {
    let site = shop(&TOP_UPS).await;
    let browser = alice(&site).await;
    subscribe(&site, ALICE);
    has(&page(&browser, "/").await, &["href=\"/my/top-up\""]);
    has(
        &page(&browser, "/my/profile").await,
        &["href=\"/my/top-up\""],
    );
    let form = page(&browser, "/my/top-up").await;
    has(
        &form,
        &["¥10.00", "¥0.50", "¥10.50", "¥50.00", "¥4.50", "¥54.50"],
    );
    // From 60 on nothing more comes on top than from 50 on.
    has_not(&form, &["¥60.00"]);
    let placed = browser
        .fill("/my/top-up", "/my/top-up", &[("amount", "50.00")])
        .await;
    let path = placed.leads_to().to_owned();
    assert!(path.starts_with("/my/orders/"), "{path}");
    has(
        &page(&browser, &path).await,
        &["¥50.00", "Top-up", "Pay now"],
    );
    // A second one waits for the first, and leads to it.
    let second = browser
        .fill("/my/top-up", "/my/top-up", &[("amount", "1")])
        .await;
    assert_eq!(second.leads_to(), path);
    // One that was cancelled is ordered again where it was.
    browser.fill(&path, &format!("{path}/cancel"), &[]).await;
    let cancelled = page(&browser, &path).await;
    has(&cancelled, &["class=\"button\" href=\"/my/top-up\""]);
    has_not(&cancelled, &["/my/plans/0"]);
    assert_eq!(balance(&site, ALICE), 0);
}

#[actix_web::test]
async fn amounts_that_are_none_come_back_with_what_is_wrong() {
    let site = shop(&TOP_UPS).await;
    let browser = alice(&site).await;
    for amount in ["", "0", "-5", "1.234", "99999.99", "much", "1e3"] {
        let answer = browser
            .fill("/my/top-up", "/my/top-up", &[("amount", amount)])
            .await;
        refused(
            &answer,
            422,
            &["Type an amount within the range", "id=\"amount-error\""],
        );
    }
    assert!(
        site.fakes
            .store
            .read(|tables| tables.billing.orders.is_empty())
    );
}

#[actix_web::test]
async fn there_is_no_page_for_top_ups_where_the_site_has_none() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    subscribe(&site, ALICE);
    assert_eq!(
        browser.get("/my/top-up").await.status,
        StatusCode::NOT_FOUND
    );
    let answer = browser
        .fill("/my/plans", "/my/top-up", &[("amount", "5")])
        .await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    has_not(&page(&browser, "/").await, &["/my/top-up"]);
    has_not(&page(&browser, "/my/renewal").await, &["/my/top-up"]);
}

#[actix_web::test]
async fn a_subscription_is_told_to_renew_itself_and_says_what_it_takes() {
    let site = shop(&TOP_UPS).await;
    let browser = alice(&site).await;
    let nothing = page(&browser, "/my/renewal").await;
    has(
        &nothing,
        &["There is no subscription that could be renewed."],
    );
    bought(&site);
    has(&page(&browser, "/").await, &["href=\"/my/renewal\">No<"]);
    let off = page(&browser, "/my/renewal").await;
    has(
        &off,
        &[
            "does not renew itself",
            "¥9.90",
            // Two days before the end.
            "<time datetime=\"2098-12-29T16:00:00Z\">",
            "<time datetime=\"2098-12-31T16:00:00Z\">",
            "Your balance lacks ¥9.90.",
            "href=\"/my/top-up\"",
        ],
    );
    let on = browser
        .fill("/my/renewal", "/my/renewal", &[("on", "1")])
        .await;
    assert_eq!(on.leads_to(), "/my/renewal");
    endow(&site, ALICE, 990);
    let after = page(&browser, "/my/renewal").await;
    has(
        &after,
        &[
            "Your subscription renews itself.",
            "name=\"on\" value=\"0\"",
        ],
    );
    has_not(&after, &["Your balance lacks"]);
    has(&page(&browser, "/").await, &["href=\"/my/renewal\">Yes<"]);
    let odd = browser
        .fill("/my/renewal", "/my/renewal", &[("on", "2")])
        .await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
    browser
        .fill("/my/renewal", "/my/renewal", &[("on", "0")])
        .await;
    has(
        &page(&browser, "/my/renewal").await,
        &["does not renew itself", "name=\"on\" value=\"1\""],
    );
    assert_eq!(balance(&site, ALICE), 990);
}

#[actix_web::test]
async fn what_a_renewal_costs_is_not_known_while_an_order_is_unfinished() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    bought(&site);
    order(&browser).await;
    let shown = page(&browser, "/my/renewal").await;
    has(&shown, &["What is taken"]);
    has_not(&shown, &["¥9.90", "Your balance lacks"]);
}

#[actix_web::test]
async fn the_next_period_begins_early_where_the_site_allows_it_and_traffic_is_used_up() {
    let used_up = |site: &Site, is_used_up: bool| {
        site.fakes.store.write(|tables| {
            let row = &mut tables.user(ALICE).billing;
            row.upload = if is_used_up { row.transfer_enable } else { 1 };
        });
    };
    let closed = shop(&[]).await;
    let browser = alice(&closed).await;
    bought(&closed);
    used_up(&closed, true);
    has_not(&page(&browser, "/my/renewal").await, &["next-period"]);
    let refused = browser
        .fill("/my/renewal", "/my/renewal/next-period", &[])
        .await;
    assert_eq!(refused.leads_to(), "/my/renewal");
    has(&page(&browser, "/my/renewal").await, &["It was not begun:"]);

    let site = shop(&[("allow_new_period", "1")]).await;
    let browser = alice(&site).await;
    bought(&site);
    used_up(&site, false);
    has_not(&page(&browser, "/my/renewal").await, &["next-period"]);
    used_up(&site, true);
    let end = |site: &Site| {
        site.fakes
            .store
            .read(|tables| tables.users.get(&ALICE).unwrap().billing.expired_at)
    };
    let before = end(&site).unwrap();
    has(
        &page(&browser, "/my/renewal").await,
        &[
            "Your traffic is used up",
            "/my/renewal/next-period",
            "data-confirm",
        ],
    );
    let begun = browser
        .fill("/my/renewal", "/my/renewal/next-period", &[])
        .await;
    assert_eq!(begun.leads_to(), "/my/renewal");
    let after = page(&browser, "/my/renewal").await;
    has(&after, &["The next period has begun"]);
    has_not(&after, &["/my/renewal/next-period"]);
    assert!(end(&site).unwrap() < before);
    let traffic = |site: &Site| {
        site.fakes
            .store
            .read(|tables| tables.users.get(&ALICE).unwrap().billing.upload)
    };
    assert_eq!(traffic(&site), 0);
}
