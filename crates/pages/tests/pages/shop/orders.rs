//! Orders from their beginning to their end.

use actix_web::http::StatusCode;
use ferroboard_billing::testing::a_completed_order;
use ferroboard_billing::{Period, PriceList};
use ferroboard_kernel::{PlanId, UnixSeconds};

use super::{ALICE, alice, balance, bob, endow, has, has_not, order, page, shop};

#[actix_web::test]
async fn a_free_plan_is_bought_without_paying() {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        let plan = tables.billing.plans.get_mut(&PlanId::new(1)).unwrap();
        plan.prices = PriceList::from_json(Some(r#"{"monthly": 0}"#));
    });
    let browser = alice(&site).await;
    let path = order(&browser).await;
    has(
        &page(&browser, &path).await,
        &["There is nothing to pay.", "Confirm"],
    );
    let paid = browser.fill(&path, &format!("{path}/pay"), &[]).await;
    assert_eq!(paid.leads_to(), path);
    let done = page(&browser, &path).await;
    has(
        &done,
        &[
            "Paid: your subscription is open.",
            "Completed",
            "/receipt\"",
        ],
    );
    has_not(&done, &["Cancel the order", "data-poll", "data-go"]);
    has(&page(&browser, "/my/plans").await, &["Your plan"]);
}

#[actix_web::test]
async fn a_plan_is_bought_with_the_balance() {
    let site = shop(&[
        ("receipt_seller_name", "Seller"),
        ("receipt_seller_address", "Road 1\nTown"),
        ("receipt_seller_tax_number", "DE 123"),
        ("tax_rate_percent", "19"),
        ("tax_name", "VAT"),
    ])
    .await;
    let browser = alice(&site).await;
    endow(&site, ALICE, 1_000);
    let path = order(&browser).await;
    assert_eq!(balance(&site, ALICE), 10);
    has(
        &page(&browser, &path).await,
        &["-¥9.90", "¥0.00", "There is nothing to pay."],
    );
    browser.fill(&path, &format!("{path}/pay"), &[]).await;
    let receipt = page(&browser, &format!("{path}/receipt")).await;
    has(
        &receipt,
        &[
            "Receipt",
            "alice@demo.test",
            "Plan 1",
            "-¥9.90",
            "<time datetime=\"2024-12-31T16:00:00Z\">",
            // The year is the one in Shanghai.
            "R2025-000001",
            "Seller<br>Road 1<br>Town<br>Tax number DE 123<br>",
            "Tax contained in what was paid: VAT 19 %: ¥1.58",
        ],
    );
    assert_eq!(balance(&site, ALICE), 10);
}

#[actix_web::test]
async fn a_cancelled_order_gives_back_what_it_held() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    endow(&site, ALICE, 300);
    let path = order(&browser).await;
    assert_eq!(balance(&site, ALICE), 0);
    let cancel = format!("{path}/cancel");
    let cancelled = browser.fill(&path, &cancel, &[]).await;
    assert_eq!(cancelled.leads_to(), path);
    assert_eq!(balance(&site, ALICE), 300);
    let after = page(&browser, &path).await;
    has(
        &after,
        &[
            "The order is cancelled.",
            "were given back",
            "href=\"/my/plans/1\"",
        ],
    );
    has_not(&after, &["Pay now"]);
    // A second click on an old page changes nothing.
    let again = browser.fill("/my/plans", &cancel, &[]).await;
    assert_eq!(again.leads_to(), path);
    has(
        &page(&browser, &path).await,
        &["This order can no longer be cancelled."],
    );
    assert_eq!(balance(&site, ALICE), 300);
    let receipt = browser.get(&format!("{path}/receipt")).await;
    assert_eq!(receipt.leads_to(), path);
}

#[actix_web::test]
async fn orders_are_listed_by_state_and_page() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    site.fakes.store.write(|tables| {
        for id in 1..=25 {
            let at = UnixSeconds::new(1_700_000_000 + id);
            let done = a_completed_order(id, ALICE, Period::Monthly, 990, at);
            tables.billing.orders.insert(done.id, done);
        }
    });
    let first = page(&browser, "/my/orders").await;
    assert_eq!(first.matches("href=\"/my/orders/").count(), 20, "{first}");
    has(&first, &["rel=\"next\" href=\"/my/orders?page=2\""]);
    let second = page(&browser, "/my/orders?page=2&status=3").await;
    assert_eq!(
        second.matches("data-label=\"Number\"").count(),
        5,
        "{second}"
    );
    has(
        &second,
        &["href=\"/my/orders?status=3\" aria-current=\"page\""],
    );
    has(
        &page(&browser, "/my/orders?status=2").await,
        &["There are no orders yet."],
    );
    has(
        &page(&browser, "/my/orders?status=x&page=99999999999999999999").await,
        &["Number"],
    );
}

#[actix_web::test]
async fn orders_of_others_are_nowhere() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let path = order(&browser).await;
    let other = bob(&site).await;
    for part in ["", "/state", "/receipt"] {
        let answer = other.get(&format!("{path}{part}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}: {answer:?}");
        has_not(&answer.text, &["Plan 1"]);
    }
    for part in ["/cancel", "/pay"] {
        let to = format!("{path}{part}");
        let answer = other.fill("/my/plans", &to, &[("method", "1")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}: {answer:?}");
    }
    has(&page(&browser, &path).await, &["Waiting for payment"]);
    for path in ["/my/orders/none", "/my/orders/a%20b", "/my/orders/x/state"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn a_state_by_itself_is_asked_until_it_ends() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let path = order(&browser).await;
    let waiting = page(&browser, &format!("{path}?wait=1")).await;
    let state = format!("{path}/state");
    has(
        &waiting,
        &[
            "id=\"state\" data-poll=\"5\"",
            &format!("data-poll-from=\"{state}\""),
        ],
    );
    has(
        &waiting,
        &["<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>"],
    );
    has(
        &page(&browser, &state).await,
        &["id=\"state\" data-poll=\"5\"", "Waiting for payment"],
    );
    browser.fill(&path, &format!("{path}/cancel"), &[]).await;
    let ended = page(&browser, &state).await;
    has(
        &ended,
        &[
            "id=\"state\"",
            "Cancelled",
            &format!("<a data-go href=\"{path}\">"),
        ],
    );
    has_not(&ended, &["data-poll"]);
}

#[actix_web::test]
async fn who_is_not_logged_in_comes_back_after_the_login() {
    let site = shop(&[]).await;
    let visitor = site.browser();
    let led = visitor.get("/my/orders/2026?x=1").await;
    assert_eq!(
        led.leads_to(),
        "/my/login?back=%2Fmy%2Forders%2F2026%3Fx%3D1"
    );
}
