//! What becomes of money that bought nothing, and of disputes, on its way to the desk.

use ferroboard_application::NoticeAnswer;
use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{NoticeOutcome, OrderStatus, RawNotice, ReviewReason};
use ferroboard_events::EventKind;
use ferroboard_kernel::{Clock as _, OrderId, PaymentId, UserId};
use serde_json::{Value, json};

use crate::Panel;
use crate::webhooks::{of_family, received};

const BUYER: UserId = UserId::new(2);
/// What the fake gateways take for a signature.
const KEY: &str = "epay-secret-key";

impl Panel {
    /// An administrator, and somebody whose order waits for payment.
    async fn with_desk() -> Self {
        let panel = Self::new().await;
        for email in ["chief@demo.test", "buyer@demo.test"] {
            panel.register(email).await.unwrap();
        }
        panel.fakes.store.write(|tables| {
            tables.user(UserId::new(1)).auth.account.is_admin = true;
            let (method, plan) = (a_payment_method(1), a_plan(1));
            tables.billing.payments.insert(method.id, method);
            tables.billing.plans.insert(plan.id, plan);
            let mut order = an_order(1, BUYER);
            order.created_at = panel.fakes.clock.now();
            let trade_no = order.trade_no.clone();
            tables.billing.open_orders.insert(BUYER, trade_no);
            tables.billing.orders.insert(order.id, order);
        });
        panel
    }

    async fn tell(&self, fields: &[(&str, &str)]) -> NoticeAnswer {
        let signed = [("sign", KEY)];
        let fields = signed.iter().chain(fields);
        let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let raw = RawNotice {
            method: "POST".to_owned(),
            fields: fields.collect(),
            ..RawNotice::default()
        };
        let payments = &self.app.payments;
        payments.notice("EPay", "payuuid1", raw, "192.0.2.1").await
    }

    /// Whom mails of the desk are for.
    fn told(&self) -> Vec<String> {
        self.fakes.store.read(|tables| {
            let mails = tables.mail.outbox.values();
            let of_desk = mails.filter(|row| row.mail.subject.contains("waits for review"));
            of_desk.map(|row| row.mail.to.to_string()).collect()
        })
    }

    fn reasons(&self) -> Vec<ReviewReason> {
        self.fakes.store.read(|tables| {
            let rows = tables.billing.reviews.iter();
            rows.map(|row| row.about.reason).collect()
        })
    }

    fn judged_notices(&self) -> Vec<&'static str> {
        self.fakes.store.read(|tables| {
            let kept = tables.billing.raw_notices.values();
            let outcome = |kept: &ferroboard_billing::testing::KeptNotice| {
                let outcome = kept.outcome.as_ref();
                outcome.map_or("unjudged", NoticeOutcome::as_str)
            };
            kept.map(outcome).collect()
        })
    }

    fn trade_no(&self) -> String {
        let order = OrderId::new(1);
        let store = &self.fakes.store;
        store.read(|tables| tables.billing.orders[&order].trade_no.to_string())
    }
}

#[tokio::test]
async fn staff_is_mailed_once_of_each_payment_that_bought_nothing() {
    let panel = Panel::with_desk().await;
    for number in ["n1", "n2", "n1"] {
        let stray = [("trade_no", "T1"), ("callback_no", number)];
        assert_eq!(panel.tell(&stray).await, NoticeAnswer::Refused);
    }
    assert_eq!(panel.told(), ["chief@demo.test", "chief@demo.test"]);
    assert_eq!(panel.reasons(), [ReviewReason::UnknownOrder; 2]);
    assert_eq!(panel.judged_notices(), ["reviewed", "reviewed", "repeated"]);
}

#[tokio::test]
async fn what_a_payment_does_is_told_in_the_order_in_which_it_happens() {
    let panel = Panel::with_desk().await;
    panel.listen();
    let number = panel.trade_no();
    let paid = [
        ("trade_no", number.as_str()),
        ("callback_no", "n1"),
        ("amount", "990"),
    ];
    let send_to = |method: i64| {
        panel.fakes.store.write(|tables| {
            let order = tables.billing.orders.get_mut(&OrderId::new(1)).unwrap();
            order.payment_id = Some(PaymentId::new(method));
        });
    };
    // It fits only the second time it is reported, and settles its review by that.
    send_to(2);
    panel.tell(&paid).await;
    let told = received(&panel).await;
    assert_eq!(of_family(&told, "payment."), ["payment.review"]);
    send_to(1);
    panel.tell(&paid).await;
    let told = received(&panel).await;
    let payments = ["payment.received", "payment.settled"];
    assert_eq!(of_family(&told, "payment."), payments);
    assert_eq!(of_family(&told, "order."), ["order.paid", "order.opened"]);
}

#[tokio::test]
async fn a_dispute_is_acknowledged_and_told_once() {
    let panel = Panel::with_desk().await;
    let accepted = || NoticeAnswer::Accepted("success".to_owned());
    // Of a payment that never came here.
    let dispute = [("dispute", "dp_1"), ("callback_no", "n1")];
    assert_eq!(panel.tell(&dispute).await, accepted());
    assert_eq!(panel.reasons(), []);
    let number = panel.trade_no();
    let paid = [
        ("trade_no", number.as_str()),
        ("callback_no", "n1"),
        ("amount", "990"),
    ];
    assert_eq!(panel.tell(&paid).await, accepted());
    panel.listen();
    for state in ["needs_response", "needs_response", "lost"] {
        let dispute = [("dispute", "dp_1"), ("callback_no", "n1"), ("state", state)];
        assert_eq!(panel.tell(&dispute).await, accepted());
    }
    assert_eq!(panel.reasons(), [ReviewReason::Dispute]);
    assert_eq!(panel.told(), ["chief@demo.test"]);
    let calls = received(&panel).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].kind, EventKind::PaymentReview);
    let body: Value = serde_json::from_str(&calls[0].body).unwrap();
    let expected = json!({"trade_no": number, "payment_id": 1, "reason": "dispute"});
    assert_eq!(body["data"], expected);
    assert_eq!(
        panel.judged_notices(),
        ["not_final", "paid", "reviewed", "repeated", "repeated"]
    );
    panel.fakes.store.read(|tables| {
        let about = &tables.billing.reviews[0].about;
        assert_eq!(about.user, Some(BUYER));
        assert_eq!(about.standing.as_deref(), Some("lost"));
        let order = &tables.billing.orders[&OrderId::new(1)];
        assert_eq!(order.status, OrderStatus::Completed);
    });
}
