use ferroboard_billing::{
    BillingError, Checkout, NewNotice, NoticeOutcome, NoticeRepository as _, OrderService,
    OrderStatus, PaidNotice, Period, PriceList, RawNotice, Receipt, ReceivedPayment, ReviewReason,
};
use ferroboard_kernel::{Cents, PaymentId, Percent, Seconds, TradeNo};

use crate::support::{BOB, EVE, NOW, Shop, paid};

#[tokio::test]
async fn a_checkout_asks_for_the_total_and_the_fee() {
    let mut shop = Shop::open();
    shop.plan(1).prices = PriceList::from_json(Some(r#"{"monthly":40}"#));
    let method = shop.tables.payments.get_mut(&PaymentId::new(1)).unwrap();
    method.fee_fixed = Some(Cents::new(30));
    method.fee_percent = Some(Percent::hundredths(250));
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let Ok(Checkout::Start(started)) = shop.check_out(BOB, &number).await else {
        panic!("a payment is to be started");
    };
    assert_eq!(started.amount, Cents::new(4_130));
    let order = shop.order(&number);
    assert_eq!(
        (order.total.get(), order.handling),
        (4_000, Some(Cents::new(130)))
    );
    assert_eq!(order.payment_id, Some(PaymentId::new(1)));
    // Less than the fee asks for does not pay.
    let receipt = shop.receive(1, &paid(&number, "n1", 4_129)).await;
    assert_eq!(receipt, Receipt::Reviewed(ReviewReason::AmountTooSmall));
    assert_eq!(
        shop.receive(1, &paid(&number, "n2", 4_130)).await,
        Receipt::Paid
    );
}

#[tokio::test]
async fn methods_that_cannot_be_used_are_refused() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let unavailable = Err(BillingError::PaymentMethodUnavailable);
    for id in [None, Some(PaymentId::new(9))] {
        let refused = OrderService
            .check_out(&mut shop, BOB, &number, id, NOW)
            .await;
        assert_eq!(refused, unavailable);
    }
    shop.tables
        .payments
        .get_mut(&PaymentId::new(1))
        .unwrap()
        .enabled = false;
    assert_eq!(shop.check_out(BOB, &number).await, unavailable);
    let method = shop.tables.payments.get_mut(&PaymentId::new(1)).unwrap();
    (method.enabled, method.gateway) = (true, "GhostPay".to_owned());
    assert_eq!(shop.check_out(BOB, &number).await, unavailable);
    assert_eq!(
        shop.check_out(EVE, &number).await,
        Err(BillingError::OrderNotPayable)
    );
}

#[tokio::test]
async fn an_order_with_nothing_to_pay_needs_no_method() {
    let mut shop = Shop::open();
    shop.give(BOB, 5_000);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let checkout = OrderService
        .check_out(&mut shop, BOB, &number, None, NOW)
        .await;
    assert_eq!(checkout, Ok(Checkout::Free));
    let order = shop.order(&number);
    assert_eq!(order.status, OrderStatus::Processing);
    assert_eq!(order.callback_no.as_deref(), Some("T1"));
    assert_eq!(
        shop.check_out(BOB, &number).await,
        Err(BillingError::OrderNotPayable)
    );
}

#[tokio::test]
async fn a_notice_pays_once_however_often_it_comes() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    let notice = paid(&number, "n1", 990);
    assert_eq!(shop.receive(1, &notice).await, Receipt::Paid);
    let unopened = Receipt::Repeated { unopened: true };
    assert_eq!(shop.receive(1, &notice).await, unopened);
    shop.open_order(&number).await.unwrap();
    let opened = Receipt::Repeated { unopened: false };
    assert_eq!(shop.receive(1, &notice).await, opened);
    let order = shop.order(&number);
    assert_eq!(
        (order.paid_at, order.callback_no.as_deref()),
        (Some(NOW), Some("n1"))
    );
    assert!(shop.tables.reviews.is_empty());
    assert_eq!(shop.tables.notices.len(), 1);
}

#[tokio::test]
async fn a_second_payment_of_an_order_is_reviewed_and_acknowledged() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.receive(1, &paid(&number, "n1", 990)).await;
    let reason = ReviewReason::PaidTwice;
    let before = Receipt::ReviewedBefore(reason);
    for expected in [Receipt::Reviewed(reason), before, before] {
        let receipt = shop.receive(1, &paid(&number, "n2", 990)).await;
        assert_eq!(receipt, expected);
        assert!(receipt.is_acknowledged());
    }
    assert_eq!(shop.tables.reviews.len(), 1);
    assert_eq!(shop.order(&number).callback_no.as_deref(), Some("n1"));
}

#[tokio::test]
async fn money_that_buys_nothing_is_reviewed() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    let unknown = TradeNo::stored("unknown".to_owned());
    let dollars = PaidNotice {
        currency: Some("usd".to_owned()),
        ..paid(&number, "n4", 990)
    };
    for (payment, notice, reason) in [
        (1, paid(&unknown, "n1", 990), ReviewReason::UnknownOrder),
        (2, paid(&number, "n2", 990), ReviewReason::OtherMethod),
        (1, paid(&number, "n3", 989), ReviewReason::AmountTooSmall),
        (1, dollars, ReviewReason::OtherCurrency),
    ] {
        let receipt = shop.receive(payment, &notice).await;
        assert_eq!(receipt, Receipt::Reviewed(reason));
        assert!(!receipt.is_acknowledged());
        let row = &shop.tables.reviews.last().unwrap().about;
        assert_eq!(
            (row.reason, &row.callback_no),
            (reason, &notice.callback_no)
        );
    }
    assert_eq!(shop.order(&number).status, OrderStatus::Pending);
    // What waits for review is claimed: it pays nothing beside.
    assert_eq!(shop.tables.notices.len(), 4);
    let yuan = PaidNotice {
        currency: Some("cny".to_owned()),
        ..paid(&number, "n5", 990)
    };
    assert_eq!(shop.receive(1, &yuan).await, Receipt::Paid);
    // The number of a payment belongs to one order.
    let second = shop.buy(EVE, 1, Period::Monthly).await;
    let receipt = shop.receive(1, &paid(&second, "n5", 990)).await;
    assert_eq!(receipt, Receipt::Reviewed(ReviewReason::NumberReused));
}

#[tokio::test]
async fn a_payment_after_the_cancellation_goes_to_the_balance_once() {
    let mut shop = Shop::open();
    shop.give(BOB, 300);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    shop.cancel(BOB, &number).await.unwrap();
    let notice = paid(&number, "n1", 690);
    assert_eq!(shop.receive(1, &notice).await, Receipt::CreditedLate);
    assert_eq!(shop.balance(BOB), 300 + 690);
    let repeated = Receipt::Repeated { unopened: false };
    assert_eq!(shop.receive(1, &notice).await, repeated);
    assert_eq!(shop.balance(BOB), 300 + 690);
    let order = shop.order(&number);
    assert_eq!(
        (order.status, order.paid_at),
        (OrderStatus::Cancelled, Some(NOW))
    );
    let receipt = shop.receive(1, &paid(&number, "n2", 690)).await;
    assert_eq!(receipt, Receipt::Reviewed(ReviewReason::PaidTwice));
    shop.audit();
}

#[tokio::test]
async fn late_money_that_no_balance_can_take_is_reviewed_once() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.cancel(BOB, &number).await.unwrap();
    shop.give(BOB, 2_147_483_647);
    let notice = paid(&number, "n1", 990);
    let receipt = shop.receive(1, &notice).await;
    assert_eq!(receipt, Receipt::Reviewed(ReviewReason::NotCreditable));
    let repeated = Receipt::Repeated { unopened: false };
    assert_eq!(shop.receive(1, &notice).await, repeated);
}

#[tokio::test]
async fn a_kept_notice_gets_its_outcome() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let kept = NewNotice {
        payment: PaymentId::new(1),
        raw: RawNotice::default(),
        received_at: NOW.minus(Seconds::new(1)),
    };
    for (callback_no, outcome) in [
        ("n1", NoticeOutcome::Paid),
        ("n1", NoticeOutcome::Repeated),
        ("n2", NoticeOutcome::Reviewed(ReviewReason::PaidTwice)),
        ("n2", NoticeOutcome::Repeated),
    ] {
        let id = shop.insert_raw_notice(&kept).await.unwrap();
        assert_eq!(shop.tables.raw_notices[&id].outcome, None);
        let policy = shop.policy.clone();
        let received = ReceivedPayment {
            payment: PaymentId::new(1),
            notice: Some(id),
            paid: &paid(&number, callback_no, 990),
            now: NOW,
        };
        OrderService
            .receive_payment(&mut shop, received, &policy)
            .await
            .unwrap();
        assert_eq!(shop.tables.raw_notices[&id].outcome, Some(outcome));
    }
}
