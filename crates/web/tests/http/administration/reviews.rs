//! The review desk: money that bought nothing, as administrators settle it.

use ferroboard_billing::testing::{ReviewRow, a_review, an_order};
use ferroboard_billing::{Order, OrderStatus, PaymentReview, ReviewReason, ReviewStatus};
use ferroboard_kernel::{Cents, TradeNo, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
const ALICE: UserId = UserId::new(1);

/// A shop with an administrator, who is user 1, and one review.
struct Desk {
    site: Site,
    token: String,
}

impl Desk {
    async fn open(about: PaymentReview) -> Self {
        let site = Site::shop(&[("secure_path", PATH)]).await;
        let token = site.alice().await;
        site.promote(ALICE);
        site.fakes.store.write(|tables| {
            let row = ReviewRow {
                about,
                settlement: None,
            };
            tables.billing.reviews.push(row);
        });
        Self { site, token }
    }

    async fn settle(&self, way: &str, members: Value) -> Answer {
        let mut body = json!({"id": 1, "as": way});
        if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
            body.extend(members);
        }
        let path = format!("/api/v2/{PATH}/payment-review/settle");
        self.site.post_as(&self.token, &path, body).await
    }

    fn status(&self) -> ReviewStatus {
        let store = &self.site.fakes.store;
        store.read(|tables| tables.billing.reviews[0].status())
    }

    fn balance(&self) -> Cents {
        let store = &self.site.fakes.store;
        store.write(|tables| tables.user(ALICE).billing.balance)
    }

    /// An order of this amount that waits for payment.
    fn order(&self, total: i64) -> String {
        let order = Order {
            total: Cents::new(total),
            ..an_order(5, ALICE)
        };
        let number = order.trade_no.to_string();
        self.site.fakes.store.write(|tables| {
            let open = (order.user_id, order.trade_no.clone());
            tables.billing.open_orders.extend([open]);
            tables.billing.orders.insert(order.id, order);
        });
        number
    }
}

fn settled(word: &str) -> String {
    format!(r#"{{"status":"success","message":"操作成功","data":"{word}","error":null}}"#)
}

#[actix_web::test]
async fn money_is_credited_once_and_recorded() {
    let desk = Desk::open(a_review()).await;
    let whose = json!({"email": "ALICE@demo.test", "amount": 900, "reason": "hers"});
    let answer = desk.settle("balance", whose.clone()).await;
    assert_eq!(answer.text, settled("credited"));
    assert_eq!(desk.balance(), Cents::new(900));
    let recorded = desk.site.fakes.store.read(|tables| {
        let changes = tables.audit.changes.values();
        changes
            .map(|change| json!([change.before, change.after]))
            .collect::<Vec<_>>()
    });
    let expected = json!([
        {"review_id": null, "status": "open", "reason": null, "user_id": null, "amount": null},
        {"review_id": 1, "status": "credited", "reason": "hers", "user_id": 1, "amount": 900},
    ]);
    assert_eq!(recorded, [expected]);
    for (way, members) in [("balance", whose), ("dismiss", json!({"reason": "again"}))] {
        let again = desk.settle(way, members).await;
        assert_eq!(
            (again.status.as_u16(), again.message().as_str()),
            (400, "该款项已处理")
        );
    }
    assert_eq!(desk.balance(), Cents::new(900));
}

#[actix_web::test]
async fn all_of_it_is_credited_by_number_of_the_user() {
    let desk = Desk::open(a_review()).await;
    let answer = desk.settle("balance", json!({"user_id": "1"})).await;
    assert_eq!(answer.text, settled("credited"));
    assert_eq!(desk.balance(), Cents::new(990));
}

#[actix_web::test]
async fn an_order_is_paid_opened_and_has_its_receipt() {
    let desk = Desk::open(a_review()).await;
    let number = desk.order(990);
    let answer = desk.settle("order", json!({"trade_no": number})).await;
    assert_eq!(answer.text, settled("opened"));
    let trade_no = TradeNo::stored(number);
    desk.site.fakes.store.read(|tables| {
        let order = tables.billing.order(&trade_no).unwrap();
        assert_eq!(order.status, OrderStatus::Completed);
        assert_eq!(order.callback_no.as_deref(), Some("n1"));
        assert!(tables.billing.receipts.contains_key(&order.id));
    });
}

#[actix_web::test]
async fn what_went_back_or_is_nothing_is_noted() {
    for (way, members, word) in [
        ("outside", json!({}), "refunded_outside"),
        ("outside", json!({"reason": "by bank"}), "refunded_outside"),
        ("dismiss", json!({"reason": "a test"}), "dismissed"),
    ] {
        let desk = Desk::open(a_review()).await;
        assert_eq!(desk.settle(way, members).await.text, settled(word));
        assert_eq!(desk.balance(), Cents::ZERO);
    }
}

#[actix_web::test]
async fn a_dispute_brings_no_money() {
    let dispute = PaymentReview {
        reason: ReviewReason::Dispute,
        ..a_review()
    };
    let desk = Desk::open(dispute).await;
    let number = desk.order(990);
    for (way, members) in [
        ("balance", json!({"user_id": 1})),
        ("order", json!({"trade_no": number})),
    ] {
        let answer = desk.settle(way, members).await;
        assert_eq!(answer.status.as_u16(), 400, "{}", answer.text);
    }
    assert_eq!(desk.status(), ReviewStatus::Open);
    let closed = desk.settle("outside", json!({})).await;
    assert_eq!(closed.text, settled("refunded_outside"));
}

#[actix_web::test]
async fn what_cannot_be_is_refused_and_stays_open() {
    let desk = Desk::open(a_review()).await;
    let number = desk.order(991);
    for (way, members, status, message) in [
        ("balance", json!({"user_id": 99}), 400, None),
        ("balance", json!({"email": "nobody@demo.test"}), 400, None),
        (
            "balance",
            json!({"user_id": 1, "amount": 991}),
            400,
            Some("最多可入账 9.90"),
        ),
        (
            "order",
            json!({"trade_no": number}),
            400,
            Some("款项与订单应付金额不一致"),
        ),
        ("order", json!({"trade_no": "T0"}), 400, Some("订单不存在")),
        (
            "dismiss",
            json!({"id": 2, "reason": "x"}),
            400,
            Some("该待审核款项不存在"),
        ),
        ("give", json!({}), 422, None),
        ("balance", json!({}), 422, None),
        ("balance", json!({"email": "x"}), 422, None),
        ("balance", json!({"user_id": 1, "amount": 0}), 422, None),
        ("balance", json!({"user_id": 1, "amount": -1}), 422, None),
        ("balance", json!({"user_id": 1, "amount": 1.5}), 422, None),
        ("balance", json!({"user_id": [1]}), 422, None),
        ("order", json!({}), 422, None),
        ("order", json!({"trade_no": "a b"}), 422, None),
        ("dismiss", json!({}), 422, Some("请填写原因")),
        ("dismiss", json!({"reason": " "}), 422, Some("请填写原因")),
        ("dismiss", json!({"reason": "x".repeat(256)}), 422, None),
        ("outside", json!({"id": null}), 422, None),
        ("outside", json!({"id": "one"}), 422, None),
    ] {
        let answer = desk.settle(way, members.clone()).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{way} {members}: {}",
            answer.text
        );
        if let Some(message) = message {
            assert_eq!(answer.message(), message, "{way} {members}");
        }
        assert_eq!(desk.status(), ReviewStatus::Open, "{way} {members}");
    }
    assert_eq!(desk.balance(), Cents::ZERO);
}
