//! What is refunded, where it goes, and what it takes back.

use ferroboard_billing::{
    BillingError, LockedRefund, OrderRefunds, OrderStatus, Period, RefundDestination, RefundResult,
    RefundService, RefundStatus, RequestRefund,
};
use ferroboard_kernel::{Cents, LedgerKind, OrderId, PaymentId, RefundId, TradeNo, UnixSeconds};

use crate::support::{APRIL, BOB, NOW, Shop};

use RefundDestination::{Balance, Gateway, Outside};

/// 2026-05-01 00:00 UTC.
const MAY: UnixSeconds = UnixSeconds::new(1_777_593_600);

impl Shop {
    /// Bob has April, paid with 3,000.
    fn with_april() -> (Self, TradeNo) {
        let mut shop = Self::open();
        let id = shop.subscribe(BOB, MAY, 3_000);
        let order = shop.tables.orders.get_mut(&id).unwrap();
        order.payment_id = Some(PaymentId::new(1));
        let number = order.trade_no.clone();
        (shop, number)
    }

    pub(crate) async fn request(
        &mut self,
        trade_no: &TradeNo,
        amount: i64,
        to: RefundDestination,
        takes_back: bool,
    ) -> Result<LockedRefund, BillingError> {
        let wanted = RequestRefund {
            key: format!("key-{}", self.tables.refunds.len()),
            trade_no: trade_no.clone(),
            amount: Cents::new(amount),
            to,
            reason: "asked for".to_owned(),
            takes_back,
            admin: BOB,
            due_at: self.now,
            now: self.now,
        };
        let (before, policy) = (self.tables.clone(), self.policy.clone());
        let requested = RefundService.request(self, &wanted, &policy).await;
        if requested.is_err() {
            self.tables = before;
        }
        requested
    }

    pub(crate) async fn pay_out(&mut self, locked: &LockedRefund) -> Result<(), BillingError> {
        let (policy, now) = (self.policy.clone(), self.now);
        let result = RefundResult::default();
        RefundService.pay(self, locked, &result, &policy, now).await
    }

    pub(crate) async fn refund(
        &mut self,
        trade_no: &TradeNo,
        amount: i64,
        to: RefundDestination,
        takes_back: bool,
    ) -> Result<(), BillingError> {
        let locked = self.request(trade_no, amount, to, takes_back).await?;
        self.pay_out(&locked).await
    }

    fn kinds(&self) -> Vec<(LedgerKind, i64)> {
        let entries = self.tables.ledger.iter();
        entries
            .map(|entry| (entry.kind, entry.amount.get()))
            .collect()
    }
}

#[tokio::test]
async fn all_refunds_of_an_order_give_no_more_than_was_paid() {
    let (mut shop, number) = Shop::with_april();
    shop.refund(&number, 1_000, Balance, false).await.unwrap();
    shop.refund(&number, 500, Outside, false).await.unwrap();
    let locked = shop.request(&number, 700, Gateway, false).await.unwrap();
    let left = Cents::new(800);
    for to in [Balance, Gateway, Outside] {
        for amount in [801, 0, -1] {
            let refused = shop.refund(&number, amount, to, false).await;
            assert_eq!(refused, Err(BillingError::RefundExceedsPaid { left }));
        }
    }
    shop.pay_out(&locked).await.unwrap();
    shop.refund(&number, 800, Balance, false).await.unwrap();
    assert_eq!(shop.balance(BOB), 1_800);
    let expected = [
        (LedgerKind::Refund, 1_000),
        (LedgerKind::Refund, 500),
        (LedgerKind::RefundPayout, -500),
        (LedgerKind::Refund, 700),
        (LedgerKind::RefundPayout, -700),
        (LedgerKind::Refund, 800),
    ];
    assert_eq!(shop.kinds(), expected);
    shop.audit();
}

#[tokio::test]
async fn what_the_gateway_refused_can_be_refunded() {
    let (mut shop, number) = Shop::with_april();
    let locked = shop.request(&number, 3_000, Gateway, true).await.unwrap();
    let through = locked.refund.asked.through.clone().unwrap();
    assert_eq!(
        (through.callback_no.as_str(), through.asked),
        ("cb1", Cents::new(3_000))
    );
    let now = shop.now;
    RefundService
        .refuse(&mut shop, &locked, "no", now)
        .await
        .unwrap();
    let row = &shop.tables.refunds[&RefundId::new(1)];
    assert_eq!(
        (row.status, row.asked.due_at),
        (RefundStatus::Refused, None)
    );
    assert_eq!(row.result.failure.as_deref(), Some("no"));
    let refunds = shop.tables.order_refunds[&OrderId::new(1)];
    assert_eq!(refunds, OrderRefunds::default());
    // It has ended: nobody ends it once more.
    let ended = RefundService.lock(&mut shop, RefundId::new(1)).await;
    assert_eq!(ended, Ok(None));
    shop.pay_out(&locked).await.unwrap_err();
    assert_eq!(shop.user(BOB).expired_at, Some(MAY));
    shop.refund(&number, 3_000, Balance, true).await.unwrap();
    assert_eq!(shop.user(BOB).expired_at, Some(NOW), "never before now");
    shop.audit();
}

#[tokio::test]
async fn time_that_an_order_gave_is_taken_back_once() {
    let (mut shop, number) = Shop::with_april();
    // 2026-06-01: another month follows.
    let june = UnixSeconds::new(1_780_272_000);
    shop.user(BOB).expired_at = Some(june);
    shop.refund(&number, 100, Outside, true).await.unwrap();
    assert_eq!(shop.user(BOB).expired_at, Some(MAY));
    assert!(shop.user(BOB).next_reset_at.is_some_and(|at| at <= MAY));
    let again = shop.refund(&number, 100, Outside, true).await;
    assert_eq!(again, Err(BillingError::NothingToTakeBack));
    assert_eq!(shop.user(BOB).expired_at, Some(MAY));
    shop.refund(&number, 100, Outside, false).await.unwrap();
    assert_eq!(shop.user(BOB).expired_at, Some(MAY));
}

#[tokio::test]
async fn only_orders_that_were_opened_and_still_count_are_refunded() {
    let (mut shop, number) = Shop::with_april();
    for status in [
        OrderStatus::Pending,
        OrderStatus::Processing,
        OrderStatus::Cancelled,
        OrderStatus::Discounted,
    ] {
        shop.tables.orders.get_mut(&OrderId::new(1)).unwrap().status = status;
        let refused = shop.refund(&number, 100, Outside, false).await;
        assert_eq!(refused, Err(BillingError::OrderNotRefundable), "{status:?}");
    }
    let unknown = TradeNo::stored("T0".to_owned());
    let refused = shop.refund(&unknown, 100, Outside, false).await;
    assert_eq!(refused, Err(BillingError::OrderMissing));
    let order = shop.tables.orders.get_mut(&OrderId::new(1)).unwrap();
    order.status = OrderStatus::Completed;
    order.callback_no = Some("manual_operation".to_owned());
    let refused = shop.refund(&number, 100, Gateway, false).await;
    assert_eq!(refused, Err(BillingError::GatewayCannotRefund));
    shop.tables.users.remove(&BOB);
    let refused = shop.refund(&number, 100, Balance, false).await;
    assert_eq!(refused, Err(BillingError::AccountMissing));
    let refused = shop.refund(&number, 100, Outside, true).await;
    assert_eq!(refused, Err(BillingError::AccountMissing));
    // Money that went out by another way is noted all the same.
    shop.refund(&number, 100, Outside, false).await.unwrap();
    assert_eq!(shop.kinds(), []);
}

#[tokio::test]
async fn what_was_refunded_counts_nothing_towards_a_change() {
    let (mut shop, number) = Shop::with_april();
    shop.refund(&number, 2_000, Outside, false).await.unwrap();
    // Half of April is left of 1,000.
    let change = shop.buy(BOB, 8, Period::Monthly).await;
    assert_eq!(shop.order(&change).surplus, Some(Cents::new(500)));
    // The price of the change was made with it: as long as it may be opened nothing more is refunded.
    let refused = shop.refund(&number, 1_000, Outside, false).await;
    assert_eq!(refused, Err(BillingError::OrderNotRefundable));
    shop.cancel(BOB, &change).await.unwrap();
    shop.refund(&number, 1_000, Outside, false).await.unwrap();
    assert!(shop.now > APRIL);
}

#[tokio::test]
async fn a_balance_without_room_takes_a_payout_all_the_same() {
    let (mut shop, number) = Shop::with_april();
    shop.give(BOB, 2_147_483_647);
    let refused = shop.refund(&number, 1, Balance, false).await;
    assert_eq!(refused, Err(BillingError::BalanceOutOfRange));
    let (mut shop, number) = Shop::with_april();
    shop.give(BOB, 2_147_483_647);
    shop.refund(&number, 100, Outside, false).await.unwrap();
    assert_eq!(shop.balance(BOB), 2_147_483_647);
    shop.audit();
}
