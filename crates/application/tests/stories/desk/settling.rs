//! Orders that are paid by settling a review: the customer paid under a number that nobody knows.

use ferroboard_application::{
    AccountQueries as _, Error, Job, JobOutcome, NewPurchase, NoticeAnswer, ReviewDecision,
    WantedSettlement,
};
use ferroboard_billing::testing::{
    a_completed_order, a_package, a_payment_method, a_plan, a_subscription,
};
use ferroboard_billing::{
    BillingError, Order, OrderKind, OrderReceipt, OrderStatus, PaidBy, Period, RawNotice,
    ReviewStatus, Settlement,
};
use ferroboard_kernel::{
    Cents, Clock as _, LedgerEntry, LedgerKind, PackageId, PaymentId, PlanId, ReviewId, Seconds,
    TradeNo, UnixSeconds, UserId,
};

use crate::Panel;
use crate::webhooks::{of_family, received};

const CHIEF: UserId = UserId::new(1);
const ANN: UserId = UserId::new(2);
const FIRST: ReviewId = ReviewId::new(1);
const GB: i64 = 1 << 30;
/// What the fake gateways take for a signature.
const KEY: &str = "epay-secret-key";

impl Panel {
    /// An administrator, and somebody who has paid for a month of plan 1 that ends in forty hours; when.
    async fn with_subscriber() -> (Self, UnixSeconds) {
        let panel = Self::new().await;
        for email in ["chief@demo.test", "ann@demo.test"] {
            panel.register(email).await.unwrap();
        }
        let now = panel.fakes.clock.now();
        let end = now.plus(Seconds::hours(40));
        panel.fakes.store.write(|tables| {
            let (method, plan, package) = (a_payment_method(1), a_plan(1), a_package(1));
            tables.billing.payments.insert(method.id, method);
            tables.billing.plans.insert(plan.id, plan);
            tables.billing.packages.insert(package.id, package);
            let before = now.minus(Seconds::hours(1));
            let paid = a_completed_order(1_000, ANN, Period::Monthly, 990, before);
            tables.billing.orders.insert(paid.id, paid);
            tables.user(ANN).billing.subscribe(&a_subscription(end));
        });
        (panel, end)
    }

    /// A payment of so many cents through method 1 that names no order of this panel.
    async fn stray(&self, amount: i64) {
        let amount = amount.to_string();
        let fields = [
            ("sign", KEY),
            ("trade_no", "T1"),
            ("callback_no", "n1"),
            ("amount", amount.as_str()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let raw = RawNotice {
            method: "POST".to_owned(),
            fields: fields.into(),
            ..RawNotice::default()
        };
        let payments = &self.app.payments;
        let answer = payments.notice("EPay", "payuuid1", raw, "192.0.2.1").await;
        assert_eq!(answer, NoticeAnswer::Refused);
    }

    async fn settle(&self, decision: ReviewDecision) -> Result<ReviewStatus, Error> {
        let wanted = WantedSettlement {
            review: FIRST,
            decision,
            note: Some("It was for this".to_owned()),
        };
        let change = self.change(CHIEF, "payment-review/settle").await;
        let reviews = &self.app.administration.reviews;
        reviews.settle(wanted, change).await
    }

    fn order_of(&self, trade_no: &TradeNo) -> Order {
        self.fakes.store.read(|tables| {
            let mut orders = tables.billing.orders.values();
            let found = orders.find(|order| order.trade_no == *trade_no);
            found.unwrap().clone()
        })
    }

    /// Every row of money, and what the customer has of it.
    fn money(&self) -> String {
        self.fakes.store.read(|tables| {
            let own = &tables.users[&ANN].billing;
            format!("{:?} {own:?}", tables.billing)
        })
    }

    /// The order is paid with the payment under review, once: no balance moved for it, it has one receipt, and the
    /// review says so. Whoever settles it again changes nothing.
    async fn assert_paid_once(&self, trade_no: &TradeNo, kind: OrderKind, amount: i64) {
        let (order, now) = (self.order_of(trade_no), self.fakes.clock.now());
        assert_eq!((order.kind, order.status), (kind, OrderStatus::Completed));
        assert_eq!(order.payment_id, Some(PaymentId::new(1)));
        assert_eq!(order.callback_no.as_deref(), Some("n1"));
        assert_eq!(order.paid_at, Some(now));
        let expected = Settlement {
            status: ReviewStatus::Opened,
            credited: None,
            trade_no: Some(trade_no.clone()),
            note: Some("It was for this".to_owned()),
            by: Some(CHIEF),
            at: now,
        };
        self.fakes.store.read(|tables| {
            assert_eq!(tables.users[&ANN].billing.balance, Cents::ZERO);
            assert_eq!(tables.billing.ledger, []);
            assert_eq!(tables.billing.reviews.len(), 1);
            let settlement = tables.billing.reviews[0].settlement.as_ref();
            assert_eq!(settlement, Some(&expected));
            let receipts: Vec<&OrderReceipt> = tables.billing.receipts.values().collect();
            assert_eq!(receipts.len(), 1);
            assert_eq!((&receipts[0].trade_no, receipts[0].kind), (trade_no, kind));
            assert_eq!(receipts[0].amounts.total, Cents::new(amount));
            assert_eq!(receipts[0].paid_by, PaidBy::Gateway);
        });
        let before = self.money();
        for decision in [
            ReviewDecision::Order(trade_no.clone()),
            ReviewDecision::Outside,
            ReviewDecision::Dismiss,
        ] {
            let refused = Err(BillingError::ReviewSettled.into());
            assert_eq!(self.settle(decision.clone()).await, refused, "{decision:?}");
        }
        assert_eq!(self.money(), before);
    }
}

#[tokio::test]
async fn a_package_is_paid_by_settling_a_review() {
    let (panel, end) = Panel::with_subscriber().await;
    let account = panel.fakes.store.find_account_view(ANN).await;
    let account = account.unwrap().unwrap();
    let packages = &panel.app.packages;
    let number = packages.place(&account, PackageId::new(1)).await.unwrap();
    panel.stray(500).await;
    panel.listen();
    let decision = ReviewDecision::Order(number.clone());
    assert_eq!(panel.settle(decision).await, Ok(ReviewStatus::Opened));
    let told = received(&panel).await;
    let payments = ["payment.received", "payment.settled"];
    assert_eq!(of_family(&told, "payment."), payments);
    assert_eq!(of_family(&told, "order."), ["order.paid", "order.opened"]);
    let kind = OrderKind::TrafficPackage;
    panel.assert_paid_once(&number, kind, 500).await;
    let order = panel.order_of(&number).id;
    panel.fakes.store.read(|tables| {
        let own = &tables.users[&ANN].billing;
        assert_eq!((own.transfer_enable, own.expired_at), (110 * GB, Some(end)));
        let bought = &tables.billing.package_orders[&order];
        assert_eq!(bought.left, 10 * GB);
        assert_eq!(bought.opened_at, Some(panel.fakes.clock.now()));
        assert_eq!(tables.billing.packages[&PackageId::new(1)].sold, 1);
    });
}

#[tokio::test]
async fn what_is_no_exact_payment_of_a_package_opens_nothing() {
    let (panel, _) = Panel::with_subscriber().await;
    let account = panel.fakes.store.find_account_view(ANN).await;
    let account = account.unwrap().unwrap();
    let packages = &panel.app.packages;
    let number = packages.place(&account, PackageId::new(1)).await.unwrap();
    panel.stray(499).await;
    let before = panel.money();
    let refused = panel.settle(ReviewDecision::Order(number)).await;
    assert_eq!(refused, Err(BillingError::ReviewDoesNotFit.into()));
    assert_eq!(panel.money(), before);
}

/// The customer renews by hand before the subscription does it itself: what the review paid is renewed once.
#[tokio::test]
async fn a_renewal_is_paid_by_settling_a_review_and_not_renewed_again() {
    let (panel, end) = Panel::with_subscriber().await;
    panel.app.auto_renewals.switch(ANN, true).await.unwrap();
    let account = panel.fakes.store.find_account_view(ANN).await;
    let account = account.unwrap().unwrap();
    let wanted = NewPurchase {
        plan_id: PlanId::new(1),
        period: Period::Monthly,
        coupon: None,
    };
    let number = panel.app.orders.place(&account, wanted).await.unwrap();
    panel.stray(990).await;
    let run = || panel.app.jobs.run(Job::RenewSubscriptions);
    assert_eq!(run().await, Ok(JobOutcome::Done(0)), "an order waits");
    let decision = ReviewDecision::Order(number.clone());
    assert_eq!(panel.settle(decision).await, Ok(ReviewStatus::Opened));
    panel
        .assert_paid_once(&number, OrderKind::Renewal, 990)
        .await;
    let ends = |panel: &Panel| {
        let store = &panel.fakes.store;
        let end = store.read(|tables| tables.users[&ANN].billing.expired_at);
        end.unwrap()
    };
    let days = ends(&panel).since(end).get() / 86_400;
    assert!((28..=31).contains(&days), "{days}");
    let renewed = ends(&panel);
    let entry = LedgerEntry {
        user: ANN,
        amount: Cents::new(5_000),
        kind: LedgerKind::Admin,
        reference: "a gift".to_owned(),
        at: panel.fakes.clock.now(),
    };
    panel.fakes.store.write(|tables| {
        tables.user(ANN).billing.balance = entry.amount;
        tables.billing.ledger.push(entry);
    });
    for job in [Job::RenewSubscriptions, Job::RenewFunded] {
        assert_eq!(panel.app.jobs.run(job).await, Ok(JobOutcome::Done(0)));
    }
    assert_eq!(ends(&panel), renewed);
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.users[&ANN].billing.balance, Cents::new(5_000));
        assert_eq!(tables.billing.receipts.len(), 1);
    });
}
