//! What customers buy, use and ask, by forms and links alone.

mod balance;
mod checkout;
mod gift_cards;
mod invitations;
mod lists;
mod orders;
mod packages;
mod payloads;
mod plans;
mod tickets;

use actix_web::http::StatusCode;
use ferroboard_billing::testing::{a_payment_method, a_plan, a_subscription};
use ferroboard_billing::{Plan, PriceList};
use ferroboard_kernel::{Cents, UnixSeconds, UserId};

use crate::browser::{Answer, Browser, Site};

/// The first who registers.
const ALICE: UserId = UserId::new(1);

/// A site with these settings that sells plan 1 for 9.90 a month and 96 a year through method 1.
async fn shop(settings: &[(&str, &str)]) -> Site {
    let site = Site::open(settings).await;
    site.fakes.store.write(|tables| {
        let plan = Plan {
            prices: PriceList::from_json(Some(r#"{"monthly": 9.9, "yearly": 96}"#)),
            ..a_plan(1)
        };
        let method = a_payment_method(1);
        tables.billing.plans.insert(plan.id, plan);
        tables.billing.payments.insert(method.id, method);
    });
    site
}

/// Alice, who is logged in.
async fn alice(site: &Site) -> Browser<'_> {
    let browser = site.browser();
    browser.register("alice@demo.test").await;
    browser
}

/// Bob, who is logged in.
async fn bob(site: &Site) -> Browser<'_> {
    let browser = site.browser();
    browser.register("bob@demo.test").await;
    browser
}

/// Gives somebody plan 1 until 2099.
fn subscribe(site: &Site, user: UserId) {
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(user).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
}

/// Gives somebody money.
fn endow(site: &Site, user: UserId, cents: i64) {
    site.fakes.store.write(|tables| {
        tables.user(user).billing.balance = Cents::new(cents);
    });
}

/// How much money somebody has, in cents.
fn balance(site: &Site, user: UserId) -> i64 {
    let store = &site.fakes.store;
    store.read(|tables| tables.users.get(&user).unwrap().billing.balance.get())
}

/// Orders plan 1 for a month; the path of the order.
async fn order(browser: &Browser<'_>) -> String {
    let fields = [("period", "month_price"), ("coupon", "")];
    let answer = browser.fill("/my/plans/1", "/my/plans/1", &fields).await;
    answer.leads_to().to_owned()
}

/// A page that is there.
async fn page(browser: &Browser<'_>, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
    answer.text
}

#[track_caller]
fn has(text: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[track_caller]
fn has_not(text: &str, unwanted: &[&str]) {
    for part in unwanted {
        assert!(!text.contains(part), "{part:?} is in {text}");
    }
}

/// A form that was refused: with its status, what was typed, and what is said.
#[track_caller]
fn refused(answer: &Answer, status: u16, wanted: &[&str]) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    has(&answer.text, wanted);
}
