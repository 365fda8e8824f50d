use ferroboard_billing::{
    BillingError, DisputeNotice, NewNotice, NoticeRepository as _, OrderService, OrderStatus,
    PaidNotice, Period, RawNotice, Receipt, ReceivedDispute, ReviewEvent, ReviewReason,
    ReviewService, ReviewStatus, SettleReview, Settlement,
};
use ferroboard_kernel::{Cents, LedgerKind, PaymentId, ReviewId, TradeNo, UserId};

use crate::support::{BOB, EVE, NOW, Shop, paid};

const ADMIN: UserId = UserId::new(1);
const FIRST: ReviewId = ReviewId::new(1);

fn wanted(note: Option<&str>) -> SettleReview {
    SettleReview {
        id: FIRST,
        note: note.map(str::to_owned),
        admin: ADMIN,
        now: NOW,
    }
}

impl Shop {
    /// Undoes what is refused, as a transaction does.
    async fn credit(&mut self, user: UserId, amount: Option<i64>) -> Result<i64, BillingError> {
        let (policy, before) = (self.policy.clone(), self.tables.clone());
        let (wanted, whom) = (wanted(None), (user, amount.map(Cents::new)));
        let credited = ReviewService.credit(self, &wanted, whom, &policy).await;
        if credited.is_err() {
            self.tables = before;
        }
        let (_, settlement) = credited?;
        Ok(settlement.credited.map_or(0, |(_, amount)| amount.get()))
    }

    async fn pay_by_review(&mut self, trade_no: &TradeNo) -> Result<Settlement, BillingError> {
        let (policy, before) = (self.policy.clone(), self.tables.clone());
        let wanted = wanted(None);
        let paid = ReviewService.pay_order(self, &wanted, trade_no, &policy);
        let paid = paid.await;
        if paid.is_err() {
            self.tables = before;
        }
        paid.map(|(_, settlement)| settlement)
    }

    async fn close(&mut self, event: ReviewEvent) -> Result<ReviewStatus, BillingError> {
        let wanted = wanted(Some("because"));
        let closed = ReviewService.close(self, &wanted, event).await;
        closed.map(|(_, settlement)| settlement.status)
    }

    fn first_review(&self) -> ReviewStatus {
        self.tables.reviews[0].status()
    }

    async fn dispute(
        &mut self,
        numbers: &[&str],
        closed: Option<&str>,
    ) -> Option<(Receipt, TradeNo)> {
        let kept = NewNotice {
            payment: PaymentId::new(1),
            raw: RawNotice::default(),
            received_at: NOW,
        };
        let notice = self.insert_raw_notice(&kept).await.unwrap();
        let dispute = DisputeNotice {
            dispute_no: "dp_1".to_owned(),
            payment_nos: numbers.iter().map(|number| (*number).to_owned()).collect(),
            amount: Some(Cents::new(990)),
            currency: Some("CNY".to_owned()),
            standing: Some(closed.unwrap_or("needs_response").to_owned()),
            is_closed: closed.is_some(),
            reply: "success".to_owned(),
        };
        let received = ReceivedDispute {
            payment: PaymentId::new(1),
            notice,
            dispute: &dispute,
            now: NOW,
        };
        ReviewService.receive_dispute(self, received).await.unwrap()
    }
}

/// A payment of an order that nobody knows.
async fn with_unknown(amount: i64) -> Shop {
    let mut shop = Shop::open();
    let unknown = TradeNo::stored("unknown".to_owned());
    let receipt = shop.receive(1, &paid(&unknown, "n1", amount)).await;
    assert_eq!(receipt, Receipt::Reviewed(ReviewReason::UnknownOrder));
    shop
}

#[tokio::test]
async fn money_is_credited_once_with_an_entry_of_its_own() {
    let mut shop = with_unknown(990).await;
    let gone = UserId::new(99);
    assert_eq!(
        shop.credit(gone, None).await,
        Err(BillingError::AccountMissing)
    );
    let paid_much = Cents::new(990);
    assert_eq!(
        shop.credit(BOB, Some(991)).await,
        Err(BillingError::ReviewExceedsPaid { paid: paid_much })
    );
    assert_eq!(shop.credit(BOB, None).await, Ok(990));
    assert_eq!(shop.balance(BOB), 990);
    let entry = shop.tables.ledger.last().unwrap();
    assert_eq!(
        (entry.kind, entry.reference.as_str()),
        (LedgerKind::ReviewCredit, "review:1")
    );
    for user in [BOB, EVE] {
        assert_eq!(
            shop.credit(user, None).await,
            Err(BillingError::ReviewSettled)
        );
    }
    assert_eq!(
        shop.close(ReviewEvent::Dismiss).await,
        Err(BillingError::ReviewSettled)
    );
    assert_eq!(shop.balance(EVE), 0);
    let row = shop.tables.reviews[0].settlement.as_ref().unwrap();
    assert_eq!((row.by, row.at), (Some(ADMIN), NOW));
    shop.audit();
}

#[tokio::test]
async fn a_balance_that_cannot_take_the_money_leaves_the_review_open() {
    let mut shop = with_unknown(990).await;
    shop.give(BOB, 2_147_483_647);
    let refused = shop.credit(BOB, None).await;
    assert_eq!(refused, Err(BillingError::BalanceOutOfRange));
    assert_eq!(shop.first_review(), ReviewStatus::Open);
    assert_eq!(shop.credit(EVE, Some(5)).await, Ok(5));
}

#[tokio::test]
async fn an_order_is_paid_by_exactly_what_it_asks_for() {
    let mut shop = with_unknown(990).await;
    let number = shop.buy(BOB, 8, Period::Monthly).await;
    assert_eq!(
        shop.pay_by_review(&number).await,
        Err(BillingError::ReviewDoesNotFit)
    );
    let missing = TradeNo::stored("T9".to_owned());
    assert_eq!(
        shop.pay_by_review(&missing).await,
        Err(BillingError::OrderMissing)
    );
    shop.cancel(BOB, &number).await.unwrap();
    assert_eq!(
        shop.pay_by_review(&number).await,
        Err(BillingError::OrderNotPending)
    );
    let number = shop.buy(EVE, 1, Period::Monthly).await;
    let settlement = shop.pay_by_review(&number).await.unwrap();
    assert_eq!(settlement.trade_no.as_ref(), Some(&number));
    let order = shop.order(&number);
    assert_eq!(
        (order.status, order.payment_id, order.callback_no.as_deref()),
        (OrderStatus::Processing, Some(PaymentId::new(1)), Some("n1"))
    );
    shop.open_order(&number).await.unwrap();
    assert_eq!(
        shop.pay_by_review(&number).await,
        Err(BillingError::ReviewSettled)
    );
    // The gateway tells it again.
    let repeated = Receipt::Repeated { unopened: false };
    let unknown = TradeNo::stored("unknown".to_owned());
    for trade_no in [&number, &unknown] {
        let receipt = shop.receive(1, &paid(trade_no, "n1", 990)).await;
        assert_eq!(receipt, repeated, "{trade_no}");
    }
    assert_eq!(shop.tables.reviews.len(), 1);
    shop.audit();
}

#[tokio::test]
async fn what_was_settled_pays_nothing_more() {
    for event in [ReviewEvent::RefundOutside, ReviewEvent::Dismiss] {
        let mut shop = Shop::open();
        let number = shop.buy(BOB, 1, Period::Monthly).await;
        shop.check_out(BOB, &number).await.unwrap();
        let little = paid(&number, "n1", 989);
        let reason = ReviewReason::AmountTooSmall;
        assert_eq!(shop.receive(1, &little).await, Receipt::Reviewed(reason));
        assert_eq!(
            shop.receive(1, &little).await,
            Receipt::ReviewedBefore(reason)
        );
        shop.close(event).await.unwrap();
        // Also where the gateway says by now that it was all.
        for amount in [989, 990] {
            let receipt = shop.receive(1, &paid(&number, "n1", amount)).await;
            assert_eq!(receipt, Receipt::Repeated { unopened: false });
            assert!(receipt.is_acknowledged());
        }
        assert_eq!(shop.order(&number).status, OrderStatus::Pending);
    }
}

#[tokio::test]
async fn a_payment_that_fits_by_now_settles_its_review() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    let reason = ReviewReason::AmountTooSmall;
    let little = shop.receive(1, &paid(&number, "n1", 500)).await;
    assert_eq!(little, Receipt::Reviewed(reason));
    let all = shop.receive(1, &paid(&number, "n1", 990)).await;
    assert_eq!(all, Receipt::Paid);
    let row = shop.tables.reviews[0].settlement.as_ref().unwrap();
    assert_eq!((row.status, row.by), (ReviewStatus::Opened, None));
    assert_eq!(
        shop.credit(BOB, None).await,
        Err(BillingError::ReviewSettled)
    );
}

#[tokio::test]
async fn a_late_payment_that_fits_by_now_settles_its_review() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let little = shop.receive(1, &paid(&number, "n1", 500)).await;
    assert_eq!(little, Receipt::Reviewed(ReviewReason::AmountTooSmall));
    shop.cancel(BOB, &number).await.unwrap();
    let late = shop.receive(1, &paid(&number, "n1", 990)).await;
    assert_eq!(late, Receipt::CreditedLate);
    assert_eq!(shop.balance(BOB), 990);
    assert_eq!(shop.first_review(), ReviewStatus::Credited);
    shop.audit();
}

#[tokio::test]
async fn one_payment_has_one_review_whatever_comes_to_be_wrong_with_it() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let little = shop.receive(1, &paid(&number, "n1", 500)).await;
    assert_eq!(little, Receipt::Reviewed(ReviewReason::AmountTooSmall));
    shop.receive(1, &paid(&number, "n2", 990)).await;
    let twice = shop.receive(1, &paid(&number, "n1", 500)).await;
    assert_eq!(twice, Receipt::ReviewedBefore(ReviewReason::PaidTwice));
    assert_eq!(shop.tables.reviews.len(), 1);
    // Nor does it pay the order of somebody else.
    let other = shop.buy(EVE, 1, Period::Monthly).await;
    let stolen = shop.receive(1, &paid(&other, "n1", 990)).await;
    assert_eq!(stolen, Receipt::ReviewedBefore(ReviewReason::NumberReused));
    assert_eq!(shop.order(&other).status, OrderStatus::Pending);
    // The gateway is not told that all is well where somebody else has paid otherwise.
    shop.check_out(EVE, &other).await.unwrap();
    shop.receive(1, &paid(&other, "n3", 990)).await;
    let stolen = shop.receive(1, &paid(&other, "n1", 990)).await;
    assert_eq!(stolen, Receipt::ReviewedBefore(ReviewReason::NumberReused));
}

#[tokio::test]
async fn a_number_that_paid_another_order_never_pays() {
    let mut shop = Shop::open();
    let first = shop.buy(BOB, 1, Period::Monthly).await;
    assert_eq!(
        shop.receive(1, &paid(&first, "n1", 990)).await,
        Receipt::Paid
    );
    let second = shop.buy(EVE, 1, Period::Monthly).await;
    let reason = ReviewReason::NumberReused;
    for expected in [
        Receipt::Reviewed(reason),
        Receipt::ReviewedBefore(reason),
        Receipt::ReviewedBefore(reason),
    ] {
        let receipt = shop.receive(1, &paid(&second, "n1", 990)).await;
        assert_eq!(receipt, expected);
    }
    assert_eq!(shop.order(&second).status, OrderStatus::Pending);
}

#[tokio::test]
async fn a_number_that_is_longer_than_any_orders_is_nobodys_and_not_another_orders() {
    let mut shop = Shop::open();
    let long = TradeNo::stored("nobody's order ".repeat(9));
    let reason = ReviewReason::UnknownOrder;
    let notice = paid(&long, "n1", 990);
    assert_eq!(shop.receive(1, &notice).await, Receipt::Reviewed(reason));
    let again = shop.receive(1, &notice).await;
    assert_eq!(again, Receipt::ReviewedBefore(reason));
    shop.close(ReviewEvent::Dismiss).await.unwrap();
    let settled = shop.receive(1, &notice).await;
    assert_eq!(settled, Receipt::Repeated { unopened: false });
    assert_eq!(shop.tables.reviews.len(), 1);
}

#[tokio::test]
async fn a_payment_of_nobodys_order_pays_the_one_that_it_names_later_and_no_other() {
    let mut shop = with_unknown(990).await;
    let first = shop.buy(BOB, 1, Period::Monthly).await;
    let found = shop.receive(1, &paid(&first, "n1", 990)).await;
    assert_eq!(found, Receipt::Paid);
    assert_eq!(shop.first_review(), ReviewStatus::Opened);
    let second = shop.buy(EVE, 1, Period::Monthly).await;
    let reused = shop.receive(1, &paid(&second, "n1", 990)).await;
    assert_eq!(reused, Receipt::Reviewed(ReviewReason::NumberReused));
}

/// A number that paid is not made a payment of another order by a notice that was too small for it.
#[tokio::test]
async fn a_number_that_paid_passes_no_review_of_another_order() {
    let mut shop = Shop::open();
    let first = shop.buy(BOB, 1, Period::Monthly).await;
    shop.receive(1, &paid(&first, "n1", 990)).await;
    let second = shop.buy(EVE, 1, Period::Monthly).await;
    let reason = ReviewReason::NumberReused;
    let little = shop.receive(1, &paid(&second, "n1", 989)).await;
    assert_eq!(little, Receipt::Reviewed(reason));
    let all = shop.receive(1, &paid(&second, "n1", 990)).await;
    assert_eq!(all, Receipt::ReviewedBefore(reason));
    assert_eq!(shop.order(&second).status, OrderStatus::Pending);
}

#[tokio::test]
async fn a_number_that_found_its_order_is_reviewed_where_it_names_another() {
    let mut shop = Shop::open();
    let first = shop.buy(BOB, 1, Period::Monthly).await;
    shop.receive(1, &paid(&first, "n1", 500)).await;
    let fits = shop.receive(1, &paid(&first, "n1", 990)).await;
    assert_eq!(fits, Receipt::Paid);
    let second = shop.buy(EVE, 1, Period::Monthly).await;
    let reason = ReviewReason::NumberReused;
    for expected in [Receipt::Reviewed(reason), Receipt::ReviewedBefore(reason)] {
        let receipt = shop.receive(1, &paid(&second, "n1", 990)).await;
        assert_eq!(receipt, expected);
        assert!(!receipt.is_acknowledged());
    }
    assert_eq!(shop.order(&second).status, OrderStatus::Pending);
    assert_eq!(shop.tables.reviews.len(), 2);
}

#[tokio::test]
async fn foreign_money_is_credited_with_what_the_administrator_says() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let dollars = PaidNotice {
        currency: Some("USD".to_owned()),
        ..paid(&number, "n1", 990)
    };
    shop.receive(1, &dollars).await;
    assert_eq!(
        shop.pay_by_review(&number).await,
        Err(BillingError::ReviewDoesNotFit)
    );
    assert_eq!(
        shop.credit(BOB, None).await,
        Err(BillingError::ReviewAmountMissing)
    );
    assert_eq!(shop.credit(BOB, Some(7_000)).await, Ok(7_000));
    shop.audit();
}

#[tokio::test]
async fn a_dispute_is_reviewed_once_and_names_who_paid() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.receive(1, &paid(&number, "ch_1", 990)).await;
    shop.open_order(&number).await.unwrap();
    assert_eq!(shop.dispute(&["pi_9", "ch_9"], None).await, None);
    let reason = ReviewReason::Dispute;
    let numbers = ["pi_1", "ch_1"];
    let first = shop.dispute(&numbers, None).await;
    assert_eq!(first, Some((Receipt::Reviewed(reason), number.clone())));
    let again = Some((Receipt::ReviewedBefore(reason), number.clone()));
    assert_eq!(shop.dispute(&numbers, Some("lost")).await, again);
    // A notice that was overtaken says nothing new.
    assert_eq!(shop.dispute(&numbers, None).await, again);
    assert_eq!(shop.tables.reviews.len(), 1);
    let about = &shop.tables.reviews[0].about;
    assert_eq!(about.user, Some(BOB));
    assert_eq!(about.trade_no, number);
    assert_eq!(about.standing.as_deref(), Some("lost"));
    // Nothing was booked, and nothing can be.
    assert_eq!(shop.order(&number).status, OrderStatus::Completed);
    for refused in [
        shop.credit(BOB, None).await.map(drop),
        shop.pay_by_review(&number).await.map(drop),
    ] {
        assert_eq!(refused, Err(BillingError::ReviewOfDispute));
    }
    let closed = shop.close(ReviewEvent::RefundOutside).await;
    assert_eq!(closed, Ok(ReviewStatus::RefundedOutside));
    shop.audit();
}

#[tokio::test]
async fn a_dispute_names_what_an_administrator_made_of_the_payment() {
    let mut shop = with_unknown(990).await;
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.pay_by_review(&number).await.unwrap();
    let disputed = shop.dispute(&["n1"], None).await;
    let first = Receipt::Reviewed(ReviewReason::Dispute);
    assert_eq!(disputed, Some((first, number)));
    assert_eq!(shop.tables.reviews[1].about.user, Some(BOB));

    let mut shop = with_unknown(990).await;
    shop.credit(EVE, None).await.unwrap();
    assert!(shop.dispute(&["n1"], None).await.is_some());
    let about = &shop.tables.reviews[1].about;
    assert_eq!((about.order, about.user), (None, Some(EVE)));
}

#[tokio::test]
async fn a_top_up_is_paid_by_a_review_as_any_order() {
    let mut shop = with_unknown(990).await;
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let order = shop.tables.orders.values_mut().next().unwrap();
    order.kind = ferroboard_billing::OrderKind::TopUp;
    (order.period, order.plan_id) = (Period::Deposit, ferroboard_kernel::PlanId::new(0));
    shop.pay_by_review(&number).await.unwrap();
    let policy = shop.policy.clone();
    OrderService
        .open(&mut shop, &number, &policy, NOW)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), 990);
    shop.audit();
}
