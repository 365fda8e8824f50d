//! Refunds that gateways answer, or do not; and the commission that goes back with them.

use ferroboard_application::{Error, Job, JobOutcome, RefundReport, WantedRefund};
use ferroboard_billing::testing::{a_completed_order, a_payment_method, a_plan};
use ferroboard_billing::{
    BillingError, CommissionStatus, GatewayConfig, GatewayError, Order, OrderStatus, PaymentMethod,
    Period, RefundDestination, RefundStatus,
};
use ferroboard_kernel::{
    Cents, Clock as _, LedgerAccount, OrderId, PaymentId, RefundId, Seconds, TradeNo, UserId,
};

use crate::{Panel, registration};

use RefundDestination::{Balance, Gateway, Outside};

const ADMIN: UserId = UserId::new(1);

impl Panel {
    /// The buyer (user 2) of an order of 10.00, paid through Stripe, of which the inviter (user 1) earned 1.00.
    async fn with_paid_order(status: CommissionStatus) -> (Self, TradeNo) {
        let panel = Self::new().await;
        for email in ["ann@demo.test", "bob@demo.test"] {
            panel
                .app
                .registration
                .register(registration(email))
                .await
                .unwrap();
        }
        let at = panel.fakes.clock.now();
        let order = Order {
            payment_id: Some(PaymentId::new(1)),
            inviter: Some(UserId::new(1)),
            commission: Cents::new(100),
            commission_status: Some(status),
            ..a_completed_order(1, UserId::new(2), Period::Monthly, 1_000, at)
        };
        let number = order.trade_no.clone();
        panel.fakes.store.write(|tables| {
            let mut method = a_payment_method(1);
            "StripeCheckout".clone_into(&mut method.gateway);
            tables.billing.payments.insert(method.id, method);
            let plan = a_plan(1);
            tables.billing.plans.insert(plan.id, plan);
            tables.billing.orders.insert(order.id, order);
        });
        (panel, number)
    }

    async fn refund(
        &self,
        trade_no: &TradeNo,
        amount: i64,
        to: RefundDestination,
    ) -> Result<RefundReport, Error> {
        let wanted = WantedRefund {
            trade_no: trade_no.clone(),
            amount: Cents::new(amount),
            to,
            reason: "asked for".to_owned(),
            takes_back: false,
        };
        let change = self.change(ADMIN, "order/refund").await;
        let refunds = &self.app.administration.refunds;
        refunds.request(wanted, change).await
    }

    fn status(&self, refund: i64) -> (RefundStatus, i64) {
        self.fakes.store.read(|tables| {
            let row = &tables.billing.refunds[&RefundId::new(refund)];
            (row.status, row.attempts)
        })
    }

    fn assert_books(&self) {
        self.fakes.store.read(|tables| {
            for user in tables.users.keys() {
                for account in LedgerAccount::ALL {
                    let balance = tables.ledger_balance(*user, account);
                    assert!(balance.agrees(), "{balance:?}");
                }
            }
        });
    }
}

#[tokio::test]
async fn a_gateway_is_asked_with_one_key_until_it_answers() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Unconfirmed).await;
    let silent = GatewayError::Unreachable("silence".to_owned());
    panel.fakes.gateways.answer_refunds(Some(&silent));
    let report = panel.refund(&number, 400, Gateway).await.unwrap();
    assert_eq!(report.status, RefundStatus::Requested);
    assert_eq!(report.result.failure.as_deref(), Some("silence"));
    assert_eq!(panel.status(1), (RefundStatus::Requested, 1));
    // Its amount is taken, but nothing else has happened.
    let refused = panel.refund(&number, 601, Gateway).await;
    let left = Cents::new(600);
    assert_eq!(
        refused,
        Err(BillingError::RefundExceedsPaid { left }.into())
    );
    let run = || panel.app.jobs.run(Job::CheckRefund);
    assert_eq!(run().await, Ok(JobOutcome::Done(0)), "not due");
    for attempts in 2..4 {
        panel.fakes.clock.advance(Seconds::hours(7));
        assert_eq!(run().await, Ok(JobOutcome::Done(0)));
        assert_eq!(panel.status(1), (RefundStatus::Requested, attempts));
    }
    panel.fakes.gateways.answer_refunds(None);
    panel.fakes.clock.advance(Seconds::hours(7));
    assert_eq!(run().await, Ok(JobOutcome::Done(1)));
    assert_eq!(panel.status(1), (RefundStatus::Done, 4));
    panel.fakes.clock.advance(Seconds::hours(7));
    assert_eq!(run().await, Ok(JobOutcome::Done(0)));
    let asked = panel.fakes.gateways.refunds();
    assert_eq!(asked.len(), 4);
    assert!(asked.windows(2).all(|two| two[0] == two[1]), "{asked:?}");
    assert_eq!(asked[0].payment.callback_no, "cb1");
    assert_eq!(asked[0].amount, Cents::new(400));
    // 40 of 100 are not paid any more.
    let commission = panel
        .fakes
        .store
        .read(|tables| tables.billing.orders[&OrderId::new(1)].commission);
    assert_eq!(commission, Cents::new(60));
    panel.assert_books();
}

#[tokio::test]
async fn what_a_gateway_refused_is_refunded_otherwise() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Unconfirmed).await;
    let refused = GatewayError::Refused("too late".to_owned());
    panel.fakes.gateways.answer_refunds(Some(&refused));
    let report = panel.refund(&number, 1_000, Gateway).await.unwrap();
    assert_eq!(report.status, RefundStatus::Refused);
    assert_eq!(
        report.result.failure.as_deref(),
        Some("the gateway refused: too late")
    );
    let report = panel.refund(&number, 1_000, Balance).await.unwrap();
    assert_eq!(report.status, RefundStatus::Done);
    assert_eq!(report.result.commission_returned, Cents::new(100));
    let refused = panel.refund(&number, 1, Outside).await;
    let left = Cents::ZERO;
    assert_eq!(
        refused,
        Err(BillingError::RefundExceedsPaid { left }.into())
    );
    panel.assert_books();
}

/// What a gateway may have done, nothing else undoes.
#[tokio::test]
async fn only_a_gateway_refuses_what_it_was_asked_for_before() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Unconfirmed).await;
    let silent = GatewayError::Unreachable("silence".to_owned());
    panel.fakes.gateways.answer_refunds(Some(&silent));
    panel.refund(&number, 400, Gateway).await.unwrap();
    panel.fakes.gateways.answer_refunds(None);
    let method = a_payment_method(1);
    let changes: [&dyn Fn(&mut PaymentMethod); 2] = [
        &|method| method.config = GatewayConfig::default(),
        &|method| "GhostPay".clone_into(&mut method.gateway),
    ];
    for (attempts, change) in (2..).zip(changes) {
        panel.fakes.store.write(|tables| {
            let stored = tables.billing.payments.get_mut(&method.id).unwrap();
            change(stored);
        });
        panel.fakes.clock.advance(Seconds::hours(7));
        let ran = panel.app.jobs.run(Job::CheckRefund).await;
        assert_eq!(ran, Ok(JobOutcome::Done(0)));
        assert_eq!(panel.status(1), (RefundStatus::Requested, attempts));
    }
    let change = panel.change(ADMIN, "payment/drop").await;
    let dropped = panel
        .app
        .administration
        .payments
        .delete(method.id, change)
        .await;
    assert_eq!(dropped, Err(BillingError::PaymentMethodInUse.into()));
    panel.fakes.store.write(|tables| {
        let mut method = method;
        "StripeCheckout".clone_into(&mut method.gateway);
        tables.billing.payments.insert(method.id, method);
    });
    panel.fakes.clock.advance(Seconds::hours(7));
    let ran = panel.app.jobs.run(Job::CheckRefund).await;
    assert_eq!(ran, Ok(JobOutcome::Done(1)));
    assert_eq!(panel.status(1), (RefundStatus::Done, 4));
    panel.assert_books();
}

/// The later order was paid with what the refund had left of the earlier one, so nobody could refund it again.
#[tokio::test]
async fn what_is_refused_of_a_replaced_order_goes_to_the_balance() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Unconfirmed).await;
    let silent = GatewayError::Unreachable("silence".to_owned());
    panel.fakes.gateways.answer_refunds(Some(&silent));
    panel.refund(&number, 400, Gateway).await.unwrap();
    panel.fakes.store.write(|tables| {
        let order = tables.billing.orders.get_mut(&OrderId::new(1)).unwrap();
        order.status = OrderStatus::Discounted;
    });
    let refused = GatewayError::Refused("too late".to_owned());
    panel.fakes.gateways.answer_refunds(Some(&refused));
    panel.fakes.clock.advance(Seconds::hours(7));
    let ran = panel.app.jobs.run(Job::CheckRefund).await;
    assert_eq!(ran, Ok(JobOutcome::Done(1)));
    panel.fakes.store.read(|tables| {
        let row = &tables.billing.refunds[&RefundId::new(1)];
        assert_eq!((row.status, row.asked.to), (RefundStatus::Done, Balance));
        let failure = row.result.failure.as_deref();
        assert_eq!(failure, Some("the gateway refused: too late"));
        assert_eq!(row.result.commission_returned, Cents::new(40));
        let buyer = &tables.users[&UserId::new(2)];
        assert_eq!(buyer.billing.balance, Cents::new(400));
    });
    panel.assert_books();
}

#[tokio::test]
async fn a_gateway_that_gives_nothing_back_is_not_asked() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Unconfirmed).await;
    for gateway in ["EPay", "GhostPay"] {
        panel.fakes.store.write(|tables| {
            let method = tables.billing.payments.get_mut(&PaymentId::new(1)).unwrap();
            gateway.clone_into(&mut method.gateway);
        });
        let refused = panel.refund(&number, 400, Gateway).await;
        assert_eq!(refused, Err(BillingError::GatewayCannotRefund.into()));
    }
    // Nothing of it is left behind.
    let is_empty = panel.fakes.store.read(|tables| {
        tables.billing.refunds.is_empty() && tables.billing.order_refunds.is_empty()
    });
    assert!(is_empty);
}

#[tokio::test]
async fn paid_commission_goes_back_as_far_as_it_is_there() {
    let (panel, number) = Panel::with_paid_order(CommissionStatus::Payable).await;
    let paid = panel.app.jobs.run(Job::CheckCommission).await;
    assert_eq!(paid, Ok(JobOutcome::Done(1)));
    let report = panel.refund(&number, 300, Outside).await.unwrap();
    assert_eq!(report.result.commission_returned, Cents::new(30));
    let moved = panel
        .app
        .commissions
        .transfer(UserId::new(1), Cents::new(50))
        .await;
    assert_eq!(moved, Ok(()));
    // 70 are to go back, and 20 are there: never below nothing, and the rest is shown.
    let report = panel.refund(&number, 700, Outside).await.unwrap();
    assert_eq!(report.result.commission_returned, Cents::new(20));
    assert_eq!(report.result.commission_owed, Cents::new(50));
    let held = panel.fakes.store.read(|tables| {
        let user = &tables.users[&UserId::new(1)];
        user.invite.commission_balance
    });
    assert_eq!(held, Cents::ZERO);
    panel.assert_books();
}
