//! Payments that bought nothing, as the demo's payment method would have reported them.

use ferroboard_billing::{
    BillingPolicy, NewNotice, OrderService, PaidNotice, RawNotice, ReceivedPayment, ReviewEvent,
    ReviewService, SettleReview,
};
use ferroboard_kernel::{Cents, PaymentId, TradeNo, UnixSeconds};

use super::{NOBODY, goods, refused};
use crate::{Error, UnitOfWork};

/// The number of the order that a payment names, the gateway's own number, and how many cents were paid. No order has
/// such a number.
const PAYMENTS: [(&str, &str, i64); 3] = [
    ("2026010112000000000000007", "P1", 990),
    (SETTLED, "P2", 2_700),
    ("2026010112000000000000009", "P3", 5_000),
];
/// The order that the payment names about which somebody has decided.
const SETTLED: &str = "2026010112000000000000008";
/// What was decided about it.
const NOTE: &str = "Sent back: it was meant for another shop";

/// The orders that the payments name, in their order.
pub(super) fn trade_nos() -> [TradeNo; 3] {
    PAYMENTS.map(|(trade_no, _, _)| TradeNo::stored(trade_no.to_owned()))
}

/// What the gateway sent of a payment.
fn raw(trade_no: &str, number: &str, amount: Cents) -> RawNotice {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let query = vec![
        pair("pid", goods::MERCHANT),
        pair("trade_no", number),
        pair("out_trade_no", trade_no),
        pair("type", "alipay"),
        pair("money", &amount.to_string()),
        pair("trade_status", "TRADE_SUCCESS"),
    ];
    RawNotice {
        method: "GET".to_owned(),
        fields: query.clone(),
        query,
        headers: vec![pair("host", "panel.example.com")],
        ..RawNotice::default()
    }
}

/// Receives the payments as notices that cannot be booked, and settles one.
pub(super) async fn receive(
    tx: &mut dyn UnitOfWork,
    payment: PaymentId,
    now: UnixSeconds,
) -> Result<(), Error> {
    let policy = BillingPolicy::default();
    for (trade_no, number, cents) in PAYMENTS {
        let amount = Cents::new(cents);
        let kept = NewNotice {
            payment,
            raw: raw(trade_no, number, amount),
            received_at: now,
        };
        let notice = tx.insert_raw_notice(&kept).await?;
        let paid = PaidNotice {
            trade_no: TradeNo::stored(trade_no.to_owned()),
            callback_no: number.to_owned(),
            amount: Some(amount),
            currency: None,
            reply: String::new(),
        };
        let received = ReceivedPayment {
            payment,
            notice: Some(notice),
            paid: &paid,
            now,
        };
        OrderService.receive_payment(tx, received, &policy).await?;
        if trade_no == SETTLED {
            settle(tx, payment, number, now).await?;
        }
    }
    Ok(())
}

/// The money went back outside the panel.
async fn settle(
    tx: &mut dyn UnitOfWork,
    payment: PaymentId,
    number: &str,
    now: UnixSeconds,
) -> Result<(), Error> {
    let review = refused("payment", tx.find_review_of(payment, number).await?)?;
    let wanted = SettleReview {
        id: review.id,
        note: Some(NOTE.to_owned()),
        admin: NOBODY,
        now,
    };
    let event = ReviewEvent::RefundOutside;
    ReviewService.close(tx, &wanted, event).await?;
    Ok(())
}
