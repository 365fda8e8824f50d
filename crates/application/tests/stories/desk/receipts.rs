//! Receipts: one for each order that is paid, whatever way.

use std::collections::BTreeMap;

use ferroboard_application::{
    AccountQueries as _, AccountView, HostStanding, Job, NewPurchase, NoticeAnswer, Pay,
    RequestRoot, StartedPayment,
};
use ferroboard_billing::testing::{a_completed_order, a_payment_method, a_plan, a_subscription};
use ferroboard_billing::{BillingError, OrderReceipt, PaidBy, Period, PriceList, RawNotice};
use ferroboard_kernel::{
    Cents, Clock as _, LedgerEntry, LedgerKind, PaymentId, Percent, PlanId, Seconds, TradeNo,
    UserId,
};

use crate::{Panel, registration};

/// What the fake gateways take for a signature.
const KEY: &str = "epay-secret-key";

impl Panel {
    /// A panel that sells plan 1 for 9.90 a month and 19.90 a quarter, and plan 2 for nothing.
    async fn selling(settings: &[(&str, &str)]) -> Self {
        let panel = Self::with_settings(settings).await;
        panel.fakes.store.write(|tables| {
            let mut free = a_plan(2);
            free.prices = PriceList::from_json(Some(r#"{"monthly":0}"#));
            let mut method = a_payment_method(1);
            method.fee_percent = Some(Percent::whole(10));
            tables.billing.payments.insert(method.id, method);
            for plan in [a_plan(1), free] {
                tables.billing.plans.insert(plan.id, plan);
            }
        });
        panel
    }

    async fn buyer(&self, email: &str, balance: i64) -> UserId {
        let session = self.app.registration.register(registration(email)).await;
        let user = self.who(&session.unwrap().token).await.unwrap();
        if balance > 0 {
            let entry = LedgerEntry {
                user,
                amount: Cents::new(balance),
                kind: LedgerKind::Admin,
                reference: email.to_owned(),
                at: self.fakes.clock.now(),
            };
            self.fakes.store.write(|tables| {
                tables.user(user).billing.balance = entry.amount;
                tables.billing.ledger.push(entry);
            });
        }
        user
    }

    async fn view_of(&self, user: UserId) -> AccountView {
        let found = self.fakes.store.find_account_view(user).await;
        found.unwrap().unwrap()
    }

    async fn order(&self, user: UserId, plan: i64) -> TradeNo {
        let account = self.view_of(user).await;
        let wanted = NewPurchase {
            plan_id: PlanId::new(plan),
            period: Period::Monthly,
            coupon: None,
        };
        self.app.orders.place(&account, wanted).await.unwrap()
    }

    async fn check_out(&self, user: UserId, trade_no: &TradeNo, method: Option<i64>) -> bool {
        let pay = Pay {
            user,
            trade_no: trade_no.clone(),
            method: method.map(PaymentId::new),
            token: None,
            root: RequestRoot::new("https://panel.test".to_owned(), HostStanding::Allowed),
            page_root: None,
        };
        let started = self.app.orders.check_out(pay).await.unwrap();
        started == StartedPayment::Free
    }

    async fn report_paid(&self, trade_no: &TradeNo, number: &str) {
        let fields = [
            ("sign", KEY),
            ("trade_no", trade_no.as_str()),
            ("callback_no", number),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let raw = RawNotice {
            method: "POST".to_owned(),
            fields: fields.into(),
            ..RawNotice::default()
        };
        let told = self
            .app
            .payments
            .notice("EPay", "payuuid1", raw, "192.0.2.1");
        assert!(matches!(told.await, NoticeAnswer::Accepted(_)));
    }

    fn receipts(&self) -> Vec<OrderReceipt> {
        self.fakes.store.read(|tables| {
            let receipts = tables.billing.receipts.values();
            let by_place: BTreeMap<i64, OrderReceipt> = receipts
                .map(|receipt| (receipt.number.place, receipt.clone()))
                .collect();
            by_place.into_values().collect()
        })
    }
}

#[tokio::test]
async fn every_way_of_paying_leaves_one_receipt() {
    let panel = Panel::selling(&[("deposit_enable", "1"), ("deposit_bounus", r#"["1:2"]"#)]).await;
    // Through a gateway, and reported three times.
    let ann = panel.buyer("ann@demo.test", 500).await;
    let by_gateway = panel.order(ann, 1).await;
    assert!(!panel.check_out(ann, &by_gateway, Some(1)).await);
    assert_eq!(panel.receipts().len(), 0);
    for _ in 0..3 {
        panel.report_paid(&by_gateway, "P1").await;
    }
    // From the balance.
    let bob = panel.buyer("bob@demo.test", 990).await;
    let by_balance = panel.order(bob, 1).await;
    assert!(panel.check_out(bob, &by_balance, None).await);
    // For nothing.
    let cat = panel.buyer("cat@demo.test", 0).await;
    let free = panel.order(cat, 2).await;
    assert!(panel.check_out(cat, &free, None).await);
    // By hand, although a gateway was asked before.
    let dan = panel.buyer("dan@demo.test", 0).await;
    let by_hand = panel.order(dan, 1).await;
    assert!(!panel.check_out(dan, &by_hand, Some(1)).await);
    let change = panel.change(ann, "order/paid").await;
    let orders = &panel.app.administration.orders;
    orders.pay(by_hand.clone(), change).await.unwrap();
    // A top-up.
    let account = panel.view_of(dan).await;
    let top_up = panel.app.orders.place_top_up(&account, Cents::new(5_000));
    let top_up = top_up.await.unwrap();
    assert!(!panel.check_out(dan, &top_up, Some(1)).await);
    panel.report_paid(&top_up, "P2").await;

    let told: Vec<(TradeNo, PaidBy, [i64; 4], Option<String>)> = panel
        .receipts()
        .into_iter()
        .map(|receipt| {
            let amounts = receipt.amounts;
            let amounts = [amounts.balance, amounts.total, amounts.fee, amounts.bonus];
            (
                receipt.trade_no,
                receipt.paid_by,
                amounts.map(Cents::get),
                receipt.names.method,
            )
        })
        .collect();
    let name = || Some(a_payment_method(1).name);
    let expected = [
        (by_gateway, PaidBy::Gateway, [500, 490, 49, 0], name()),
        (by_balance, PaidBy::Balance, [990, 0, 0, 0], None),
        (free, PaidBy::Nothing, [0, 0, 0, 0], None),
        (by_hand, PaidBy::Hand, [0, 990, 0, 0], None),
        (top_up, PaidBy::Gateway, [0, 5_000, 500, 200], name()),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_renewal_leaves_a_receipt() {
    let panel = Panel::selling(&[]).await;
    let ann = panel.buyer("ann@demo.test", 990).await;
    let now = panel.fakes.clock.now();
    panel.fakes.store.write(|tables| {
        let paid = a_completed_order(1_000, ann, Period::Monthly, 990, now);
        tables.billing.orders.insert(paid.id, paid);
        let end = now.plus(Seconds::hours(40));
        tables.user(ann).billing.subscribe(&a_subscription(end));
    });
    panel.app.auto_renewals.switch(ann, true).await.unwrap();
    for _ in 0..2 {
        panel.app.jobs.run(Job::RenewSubscriptions).await.unwrap();
    }
    let receipts = panel.receipts();
    assert_eq!(receipts.len(), 1);
    assert_eq!(receipts[0].paid_by, PaidBy::Balance);
    assert_eq!(receipts[0].names.buyer, "ann@demo.test");
    assert_eq!(receipts[0].issued_at, panel.fakes.clock.now());
    // Its buyer reads it, and nobody else but administrators.
    let trade_no = &receipts[0].trade_no;
    assert_eq!(
        panel.app.receipts.find(ann, trade_no).await.unwrap(),
        receipts[0]
    );
    let other = panel.app.receipts.find(UserId::new(99), trade_no).await;
    assert_eq!(other, Err(BillingError::ReceiptMissing.into()));
    let book = &panel.app.administration.receipts;
    assert_eq!(book.find(trade_no).await.unwrap(), receipts[0]);
}

#[tokio::test]
async fn what_is_cancelled_or_paid_too_late_has_no_receipt() {
    let panel = Panel::selling(&[]).await;
    let ann = panel.buyer("ann@demo.test", 0).await;
    let late = panel.order(ann, 1).await;
    assert!(!panel.check_out(ann, &late, Some(1)).await);
    panel.app.orders.cancel(ann, &late).await.unwrap();
    panel.report_paid(&late, "P1").await;
    assert_eq!(panel.receipts(), []);
    // The next one has the first number.
    let next = panel.order(ann, 1).await;
    assert!(panel.check_out(ann, &next, None).await);
    assert_eq!(panel.receipts()[0].number.place, 1);
}
