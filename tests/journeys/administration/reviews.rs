//! Money that bought nothing, from the notice to the books, from the outside.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};

use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::PRICE;
use crate::support::{Customer, Notice, Rows, Shop};

/// A shop with an administrator.
struct Office<'a> {
    shop: Shop<'a>,
    path: String,
    chief: Customer,
}

impl<'a> Office<'a> {
    async fn open(database: &'a Database) -> Self {
        let shop = Shop::open(database).await;
        let chief = shop.customer("chief@demo.test").await;
        let rows = Rows(database.sql());
        rows.set_user(chief.id, "is_admin = 1").await;
        let path = rows.admin_path().await;
        Self { shop, path, chief }
    }

    async fn post(&self, route: &str, body: Value) -> (u16, Value) {
        let path = format!("{}/payment-review/{route}", self.path);
        let answer = self.shop.panel.post(&path, &self.chief.token, body).await;
        (answer.status, answer.body())
    }

    async fn listed(&self, filter: Value) -> Value {
        let (status, list) = self.post("fetch", json!({"filter": filter})).await;
        assert_eq!(status, 200, "{list}");
        list
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_found_at_the_desk_and_given_to_whom_it_belongs() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    let (shop, rows) = (&office.shop, office.shop.rows());
    let ann = shop.customer("ann@demo.test").await;
    let trade_no = shop.place(&ann).await;
    let small = Notice::of(&trade_no, PRICE - 1, "P1");
    let unknown = Notice::of("2025010100000000000000000", PRICE, "P2");
    for notice in [&small, &unknown, &small] {
        assert_eq!(shop.notify(notice).await.status, 400);
    }
    // Both administrators are told once of each.
    let mails = "subject LIKE '%waits for review%'";
    assert_eq!(rows.count("ferro_mail", mails).await, 4);

    let list = office.listed(json!([])).await;
    assert_eq!(list["total"], 2, "{list}");
    let (second, first) = (&list["data"][0], &list["data"][1]);
    for (row, member, value) in [
        (first, "reason", json!("amount_too_small")),
        (first, "trade_no", json!(trade_no)),
        (first, "email", json!("ann@demo.test")),
        (first, "amount", json!(PRICE - 1)),
        (first, "status", json!("open")),
        (first, "callback_no", json!("P1")),
        (first, "user_disputed", json!(false)),
        (second, "reason", json!("unknown_order")),
        (second, "user_id", Value::Null),
    ] {
        assert_eq!(row[member], value, "{row}");
    }
    let notice = &first["notice"];
    assert_eq!(notice["method"], "GET");
    let query = notice["query"].as_array().unwrap();
    assert!(query.contains(&json!(["trade_no", "P1"])), "{notice}");

    // What is too little is credited, and what somebody else paid opens the order.
    let body = json!({"id": first["id"], "as": "balance", "email": "ann@demo.test", "reason": "a cent short"});
    let (status, answer) = office.post("settle", body.clone()).await;
    assert_eq!(
        (status, &answer["data"]),
        (200, &json!("credited")),
        "{answer}"
    );
    assert_eq!(office.post("settle", body).await.0, 400);
    assert_eq!(shop.balance(&ann).await, PRICE - 1);
    let body = json!({"id": second["id"], "as": "order", "trade_no": trade_no});
    let (status, answer) = office.post("settle", body).await;
    assert_eq!(
        (status, &answer["data"]),
        (200, &json!("opened")),
        "{answer}"
    );
    assert_eq!(shop.of_order("status", &trade_no).await, 3);
    // The gateway need not tell it again.
    for notice in [&small, &unknown] {
        assert_eq!(shop.notify(notice).await.status, 200);
    }
    assert_eq!(
        office
            .listed(json!([{"id": "status", "value": "eq:open"}]))
            .await["total"],
        0
    );
    let settled =
        office.listed(json!([{"id": "settled_by", "value": format!("eq:{}", office.chief.id)}]));
    assert_eq!(settled.await["total"], 2);

    let path = "/api/v1/user/ledger/fetch";
    let statement = shop.panel.get(path, &ann.token).await.body();
    assert_eq!(statement["data"][0]["kind"], "review_credit", "{statement}");
    assert_eq!(statement["data"][0]["reference"], "review:1");
    let asked = "action = 'payment_review.settle'";
    assert_eq!(rows.count("v2_admin_audit_log", asked).await, 3);
    shop.assert_sound().await;
    // Only administrators.
    let path = format!("{}/payment-review/fetch", office.path);
    assert_eq!(shop.panel.get(&path, &ann.token).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_of_a_deleted_customer_stays() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    let ann = office.shop.customer("ann@demo.test").await;
    let trade_no = office.shop.place(&ann).await;
    let small = Notice::of(&trade_no, PRICE - 1, "P1").signed(KEY);
    let path = format!("{}?{small}", notify(EPAY, UUID));
    assert_eq!(office.shop.panel.get(&path, "").await.status, 400);
    let destroy = format!("{}/user/destroy", office.path);
    let gone = office
        .shop
        .panel
        .post(&destroy, &office.chief.token, json!({"id": ann.id}));
    let gone = gone.await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    let list = office.listed(json!([])).await;
    let row = &list["data"][0];
    assert_eq!(
        (&row["email"], &row["user_id"]),
        (&Value::Null, &json!(ann.id)),
        "{row}"
    );
    let body = json!({"id": row["id"], "as": "outside", "reason": "bank transfer"});
    assert_eq!(office.post("settle", body).await.0, 200);
}
