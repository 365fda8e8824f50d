//! Statements and receipts.

use actix_web::test::TestRequest;
use ferroboard_kernel::{Cents, Clock as _, LedgerEntry, LedgerKind, PlanId, UserId};
use serde_json::{Value, json};

use crate::harness::Site;

const LEDGER: &str = "/api/v1/user/ledger/fetch";
const RECEIPT: &str = "/api/v1/user/order/receipt";
const ALICE: UserId = UserId::new(1);

/// Puts so much on alice's balance, as an administrator does.
fn give(site: &Site, cents: i64) {
    let entry = LedgerEntry {
        user: ALICE,
        amount: Cents::new(cents),
        kind: LedgerKind::Admin,
        reference: "a present".to_owned(),
        at: site.fakes.clock.now(),
    };
    site.fakes.store.write(|tables| {
        tables.user(ALICE).billing.balance = entry.amount;
        tables.billing.ledger.push(entry);
    });
}

/// Alice buys a month of plan 1, which her balance pays; the order's number.
async fn buy(site: &Site, token: &str) -> String {
    let body = json!({"plan_id": 1, "period": "month_price"});
    let placed = site.post_as(token, "/api/v1/user/order/save", body).await;
    let number = placed.body()["data"].as_str().unwrap().to_owned();
    let body = json!({"trade_no": number});
    let paid = site
        .post_as(token, "/api/v1/user/order/checkout", body)
        .await;
    assert_eq!(paid.status, 200, "{paid:?}");
    number
}

async fn receipt(site: &Site, token: &str, number: &str) -> (u16, Value) {
    let path = format!("{RECEIPT}?trade_no={number}");
    let answer = site.get_as(token, &path).await;
    (answer.status.as_u16(), answer.body())
}

#[actix_web::test]
async fn a_statement_tells_what_moved_and_what_was_left() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    give(&site, 2_000);
    site.fakes.clock.advance(ferroboard_kernel::Seconds::new(5));
    let number = buy(&site, &token).await;
    let request = TestRequest::get()
        .uri(LEDGER)
        .insert_header(("Authorization", token.clone()))
        .insert_header(("Content-Language", "en-US"));
    let answer = site.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.body();
    assert_eq!(
        (
            &body["total"],
            &body["current_page"],
            &body["per_page"],
            &body["last_page"]
        ),
        (&json!(2), &json!(1), &json!(20), &json!(1))
    );
    let lines: Vec<Value> = body["data"].as_array().unwrap().clone();
    for (line, expected) in lines.iter().zip([
        json!([
            "balance",
            "order_debit",
            "Paid for an order",
            -990,
            1_010,
            number
        ]),
        json!([
            "balance",
            "admin",
            "By an administrator",
            2_000,
            2_000,
            "a present"
        ]),
    ]) {
        let told = [
            "account",
            "kind",
            "text",
            "amount",
            "balance_after",
            "reference",
        ];
        let told: Vec<Value> = told.iter().map(|member| line[member].clone()).collect();
        assert_eq!(Value::from(told), expected);
    }
    let chinese = site.get_as(&token, LEDGER).await.body();
    assert_eq!(chinese["data"][0]["text"], "订单扣款");
}

#[actix_web::test]
async fn pages_of_statements_have_bounds() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    give(&site, 2_000);
    for (query, rows, page, entries) in [
        ("?page_size=1000", 100, 1, 1),
        ("?page_size=0", 1, 1, 1),
        ("?page_size=-5&current=-1", 1, 1, 1),
        ("?current=2", 20, 2, 0),
        (
            "?current=9223372036854775807&page_size=100",
            100,
            i64::MAX,
            0,
        ),
        ("?account=balance", 20, 1, 1),
        ("?account=commission", 20, 1, 0),
        ("?account=&page_size=x", 20, 1, 1),
    ] {
        let answer = site.get_as(&token, &format!("{LEDGER}{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        let body = answer.body();
        let shown = body["data"].as_array().unwrap().len();
        assert_eq!(
            (&body["per_page"], &body["current_page"]),
            (&json!(rows), &json!(page))
        );
        assert_eq!(shown, entries, "{query}");
    }
    let wrong = site.get_as(&token, &format!("{LEDGER}?account=gold")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body()["errors"]["account"].is_array());
    assert_eq!(site.get(LEDGER).await.status, 403);
}

#[actix_web::test]
async fn a_receipt_says_what_was_paid_and_never_changes() {
    let site = Site::shop(&[
        ("receipt_seller_name", "Seller"),
        ("tax_rate_percent", "19"),
        ("tax_name", "VAT"),
    ])
    .await;
    let token = site.alice().await;
    give(&site, 2_000);
    let number = buy(&site, &token).await;
    let (status, first) = receipt(&site, &token, &number).await;
    assert_eq!(status, 200, "{first}");
    let data = &first["data"];
    let year = data["number"].as_str().unwrap().to_owned();
    assert!(
        year.starts_with("R20") && year.ends_with("-000001"),
        "{year}"
    );
    let name = site
        .fakes
        .store
        .read(|tables| tables.billing.plans[&PlanId::new(1)].name.clone());
    for (member, expected) in [
        ("trade_no", json!(number)),
        ("currency", json!("CNY")),
        ("price", json!(990)),
        ("discount", json!(0)),
        ("surplus", json!(0)),
        ("balance", json!(990)),
        ("total", json!(0)),
        ("fee", json!(0)),
        ("bonus", json!(0)),
        ("paid", json!(990)),
        ("paid_by", json!("balance")),
        ("method", Value::Null),
        (
            "tax",
            json!({"name": "VAT", "rate_percent": "19", "amount": 158}),
        ),
        ("buyer", json!({"id": 1, "email": "alice@demo.test"})),
        (
            "seller",
            json!({"name": "Seller", "address": "", "tax_number": "", "email": ""}),
        ),
        (
            "lines",
            json!([{"type": 1, "name": name, "period": "month_price", "amount": 990}]),
        ),
    ] {
        assert_eq!(data.get(member), Some(&expected), "{member}");
    }
    site.fakes.store.write(|tables| {
        let plan = tables.billing.plans.get_mut(&PlanId::new(1)).unwrap();
        plan.name = "Renamed".to_owned();
        let settings = [("receipt_seller_name", "Other"), ("tax_rate_percent", "7")];
        let settings = settings.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
        tables.site.settings.extend(settings);
        tables.billing.orders.clear();
    });
    site.refresh().await;
    assert_eq!(receipt(&site, &token, &number).await, (200, first));
}

#[actix_web::test]
async fn what_has_no_receipt_is_refused() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    give(&site, 990);
    let paid = buy(&site, &token).await;
    let body = json!({"plan_id": 1, "period": "month_price"});
    let pending = site.post_as(&token, "/api/v1/user/order/save", body).await;
    let pending = pending.body()["data"].as_str().unwrap().to_owned();
    let other = json!({"email": "bob@demo.test", "password": "password-bob"});
    let bob = site.post("/api/v1/passport/auth/register", other).await;
    let bob = bob.body()["data"]["token"].as_str().unwrap().to_owned();
    for (token, number, status) in [
        (&token, pending.as_str(), 404),
        (&token, "20260101120000000000000000000", 404),
        (&token, "", 422),
        (&token, "no%20number", 400),
        (&bob, paid.as_str(), 404),
        (&token, paid.as_str(), 200),
    ] {
        let (answered, body) = receipt(&site, token, number).await;
        assert_eq!(answered, status, "{number}: {body}");
    }
    assert_eq!(site.get_as(&token, RECEIPT).await.status, 422);
}
