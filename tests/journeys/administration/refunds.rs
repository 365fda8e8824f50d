//! Orders that are refunded, from the outside.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};

use crate::support::shop::PRICE;
use crate::support::{Customer, Rows, Shop};

/// A shop with an administrator and an order of a customer's that was paid by hand.
struct Office<'a> {
    shop: Shop<'a>,
    path: String,
    chief: Customer,
    ann: Customer,
    trade_no: String,
}

impl<'a> Office<'a> {
    async fn open(database: &'a Database) -> Self {
        let shop = Shop::open(database).await;
        let chief = shop.customer("chief@demo.test").await;
        let rows = Rows(database.sql());
        rows.set_user(chief.id, "is_admin = 1").await;
        let path = rows.admin_path().await;
        let ann = shop.customer("ann@demo.test").await;
        let trade_no = shop.place(&ann).await;
        let office = Self {
            shop,
            path,
            chief,
            ann,
            trade_no,
        };
        let paid = json!({"trade_no": office.trade_no});
        assert_eq!(office.post("order/paid", paid).await.0, 200);
        office
    }

    fn at(&self, route: &str) -> String {
        format!("{}/{route}", self.path)
    }

    async fn post(&self, route: &str, body: Value) -> (u16, Value) {
        let path = self.at(route);
        let answer = self.shop.panel.post(&path, &self.chief.token, body).await;
        (answer.status, answer.body())
    }

    async fn refund(&self, members: Value) -> (u16, Value) {
        let mut body = json!({
            "trade_no": self.trade_no, "amount": 1_000, "to": "balance", "reason": "slow nodes",
        });
        if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
            body.extend(members);
        }
        self.post("order/refund", body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_refunded_and_the_refunds_are_listed() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    let (status, answer) = office.refund(json!({})).await;
    assert_eq!(status, 200, "{answer}");
    let expected = json!({
        "id": 1, "status": "done", "gateway_no": null, "failure": null, "commission_returned": 0,
        "commission_owed": 0,
    });
    assert_eq!(answer["data"], expected);
    assert_eq!(office.shop.balance(&office.ann).await, 1_000);
    let expired_at = office
        .shop
        .rows()
        .of_user("expired_at", office.ann.id)
        .await;
    let back = json!({"amount": PRICE - 1_000, "to": "outside", "take_back": true});
    assert_eq!(office.refund(back).await.0, 200);
    let shorter = office
        .shop
        .rows()
        .of_user("expired_at", office.ann.id)
        .await;
    assert!(
        shorter < expired_at - 27 * 86_400,
        "{shorter} of {expired_at}"
    );
    // No cent more.
    let (status, answer) = office.refund(json!({"amount": 1})).await;
    assert_eq!((status, &answer["status"]), (400, &json!("fail")));
    let filter = json!({"filter": [{"id": "to", "value": "eq:outside"}]});
    let (status, list) = office.post("order/refunds", filter).await;
    assert_eq!((status, &list["total"]), (200, &json!(1)), "{list}");
    let row = &list["data"][0];
    for (member, value) in [
        ("trade_no", json!(office.trade_no)),
        ("email", json!("ann@demo.test")),
        ("amount", json!(PRICE - 1_000)),
        ("status", json!("done")),
        ("reason", json!("slow nodes")),
        ("take_back", json!(true)),
        ("admin_id", json!(office.chief.id)),
    ] {
        assert_eq!(row[member], value, "{row}");
    }
    let rows = office.shop.rows();
    let asked = "action = 'order.refund'";
    assert_eq!(rows.count("v2_admin_audit_log", asked).await, 3);
    let changed = "audit_id IN (SELECT id FROM v2_admin_audit_log WHERE action = 'order.refund')";
    assert_eq!(rows.count("ferro_audit_change", changed).await, 2);
    office.shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_refunds_are_refused() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let office = Office::open(&database).await;
    for (members, expected) in [
        (json!({"amount": 0}), 422),
        (json!({"amount": -1}), 422),
        (json!({"amount": 1.5}), 422),
        (json!({"amount": null}), 422),
        (json!({"to": "me"}), 422),
        (json!({"to": null}), 422),
        (json!({"reason": ""}), 422),
        (json!({"reason": "x".repeat(256)}), 422),
        (json!({"take_back": "perhaps"}), 422),
        (json!({"trade_no": "T0"}), 400),
        (json!({"trade_no": null}), 400),
        (json!({"amount": PRICE + 1}), 400),
        // It was paid by hand.
        (json!({"to": "gateway"}), 400),
    ] {
        let (status, answer) = office.refund(members.clone()).await;
        assert_eq!(status, expected, "{members}: {answer}");
    }
    assert_eq!(office.shop.rows().count("ferro_refund", "1 = 1").await, 0);
    // Only administrators.
    let body = json!({"trade_no": office.trade_no, "amount": 1, "to": "balance", "reason": "me"});
    let path = office.at("order/refund");
    let answer = office.shop.panel.post(&path, &office.ann.token, body);
    assert_eq!(answer.await.status, 403);
}
