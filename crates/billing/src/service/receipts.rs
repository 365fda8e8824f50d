use ferroboard_kernel::{Cents, LedgerKind, NoticeId, PaymentId, UnixSeconds};

use super::orders::order_entry;
use super::{OrderService, lock_with_buyer, moved_behind_lock, must_happen};
use crate::{
    BillingError, BillingPolicy, BillingTx, ClaimedNotice, NoticeOutcome, Order, OrderEvent,
    OrderStatus, PaidNotice, PaymentReview, Review, ReviewReason, ReviewStatus, Settlement,
};

/// A payment that a gateway vouches for, reported by it or found by asking.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedPayment<'a> {
    /// The method it came through; switched on.
    pub payment: PaymentId,
    /// The kept notice, when it was reported.
    pub notice: Option<NoticeId>,
    /// What the gateway says.
    pub paid: &'a PaidNotice,
    /// Now.
    pub now: UnixSeconds,
}

/// What a payment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It paid its order, which is to be opened now.
    Paid,
    /// It was received before. `unopened`: its order still is to be opened.
    Repeated {
        /// Whether the order still is to be opened.
        unopened: bool,
    },
    /// It came after its order was cancelled: the money went to the balance.
    CreditedLate,
    /// It bought nothing; a review row says so. The transaction is to be committed all the same.
    Reviewed(ReviewReason),
    /// The same was reported before, and there is a review row already.
    ReviewedBefore(ReviewReason),
}

/// What a payment did, and what became of the review that it was kept for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What it did.
    pub receipt: Receipt,
    /// The review that it settled by that, with how it ended.
    pub settled: Option<(Review, ReviewStatus)>,
}

impl From<Receipt> for Received {
    fn from(receipt: Receipt) -> Self {
        Self {
            receipt,
            settled: None,
        }
    }
}

impl Receipt {
    /// Whether the gateway may be told that all is well.
    pub const fn is_acknowledged(self) -> bool {
        match self {
            Self::Paid | Self::Repeated { .. } | Self::CreditedLate => true,
            Self::Reviewed(reason) | Self::ReviewedBefore(reason) => reason.is_acknowledged(),
        }
    }

    /// What is written to the kept notice.
    pub const fn outcome(self) -> NoticeOutcome {
        match self {
            Self::Paid => NoticeOutcome::Paid,
            Self::Repeated { .. } | Self::ReviewedBefore(_) => NoticeOutcome::Repeated,
            Self::CreditedLate => NoticeOutcome::CreditedLate,
            Self::Reviewed(reason) => NoticeOutcome::Reviewed(reason),
        }
    }
}

impl OrderService {
    /// Receives a payment. However often it is reported, and by however many requests at once, it
    /// pays its order or is credited to the balance once. Money that buys nothing becomes a review
    /// row, one for each payment; where it is reported again and fits by then, the row is settled with it. What
    /// an administrator settled buys nothing more. The kept notice gets its outcome.
    pub async fn receive_payment(
        self,
        tx: &mut dyn BillingTx,
        received: ReceivedPayment<'_>,
        policy: &BillingPolicy,
    ) -> Result<Received, BillingError> {
        let found = lock_with_buyer(tx, &received.paid.trade_no).await?;
        let order = found.map(|(order, _)| order);
        let mut done = match &order {
            None => Receipt::Reviewed(ReviewReason::UnknownOrder).into(),
            Some(order) => receive(tx, order, received, policy).await?,
        };
        if let Receipt::Reviewed(reason) = done.receipt {
            done.receipt = keep_for_review(tx, received, order.as_ref(), reason).await?;
        }
        if let Some(notice) = received.notice {
            tx.update_raw_notice(notice, &done.receipt.outcome())
                .await?;
        }
        Ok(done)
    }
}

async fn receive(
    tx: &mut dyn BillingTx,
    order: &Order,
    received: ReceivedPayment<'_>,
    policy: &BillingPolicy,
) -> Result<Received, BillingError> {
    let (paid, now) = (received.paid, received.now);
    let is_here = order
        .payment_id
        .is_none_or(|sent_to| sent_to == received.payment);
    if !is_here {
        return Ok(Receipt::Reviewed(ReviewReason::OtherMethod).into());
    }
    let is_settled = match order.status {
        OrderStatus::Pending => false,
        OrderStatus::Cancelled => order.paid_at.is_some(),
        OrderStatus::Processing | OrderStatus::Completed | OrderStatus::Discounted => true,
    };
    if is_settled {
        let is_by_this = order.callback_no.as_deref() == Some(paid.callback_no.as_str());
        let unopened = order.status == OrderStatus::Processing;
        let receipt = if is_by_this {
            Receipt::Repeated { unopened }
        } else {
            Receipt::Reviewed(ReviewReason::PaidTwice)
        };
        return Ok(receipt.into());
    }
    if let Some(reason) = shortcoming(order, paid, policy)? {
        return Ok(Receipt::Reviewed(reason).into());
    }
    let known = if tx.insert_notice(&claim(received)).await? {
        None
    } else {
        let known = tx
            .find_review_of(received.payment, &paid.callback_no)
            .await?;
        if is_claimed_elsewhere(tx, received, known.as_ref()).await? {
            return Ok(Receipt::Reviewed(ReviewReason::NumberReused).into());
        }
        // What was kept for review is claimed as well, and may fit by now.
        let own = known.filter(|review| {
            let about = &review.about;
            is_nobodys(review) || (about.trade_no == order.trade_no && about.reason.may_pass())
        });
        match own {
            Some(review) if review.status == ReviewStatus::Open => Some(review),
            Some(_) => return Ok(Receipt::Repeated { unopened: false }.into()),
            None => return Ok(Receipt::Reviewed(ReviewReason::NumberReused).into()),
        }
    };
    let receipt = if order.status == OrderStatus::Pending {
        must_happen(tx, order, OrderEvent::Pay, now).await?;
        Receipt::Paid
    } else {
        credit_late(tx, order, now).await?
    };
    let settled = match known {
        Some(review) => {
            let status = settle_by_itself(tx, &review, order, receipt, now).await?;
            status.map(|status| (review, status))
        }
        None => None,
    };
    tx.update_order_paid(order.id, &paid.callback_no, now)
        .await?;
    Ok(Received { receipt, settled })
}

/// Settles the review of a payment that has found its way with a later notice. An administrator who was first
/// has decided otherwise: then nothing of this transaction may stay. How it ended.
async fn settle_by_itself(
    tx: &mut dyn BillingTx,
    review: &Review,
    order: &Order,
    receipt: Receipt,
    now: UnixSeconds,
) -> Result<Option<ReviewStatus>, BillingError> {
    let (status, credited, trade_no) = match receipt {
        Receipt::Paid => (ReviewStatus::Opened, None, Some(order.trade_no.clone())),
        Receipt::CreditedLate => {
            let credited = (order.user_id, order.total);
            (ReviewStatus::Credited, Some(credited), None)
        }
        Receipt::Repeated { .. } | Receipt::Reviewed(_) | Receipt::ReviewedBefore(_) => {
            return Ok(None);
        }
    };
    let settlement = Settlement {
        status,
        credited,
        trade_no,
        note: None,
        by: None,
        at: now,
    };
    let from = ReviewStatus::Open;
    let is_moved = tx.move_review(&review.about, from, &settlement).await?;
    moved_behind_lock(is_moved, format_args!("review {}", review.id))?;
    Ok(Some(status))
}

/// Keeps a payment that bought nothing for review, once, and claims it, so that it cannot pay an order beside
/// what becomes of the review.
async fn keep_for_review(
    tx: &mut dyn BillingTx,
    received: ReceivedPayment<'_>,
    order: Option<&Order>,
    reason: ReviewReason,
) -> Result<Receipt, BillingError> {
    let is_new = tx.insert_notice(&claim(received)).await?;
    let number = &received.paid.callback_no;
    let known = tx.find_review_of(received.payment, number).await?;
    let is_elsewhere = !is_new && is_claimed_elsewhere(tx, received, known.as_ref()).await?;
    // What is claimed for one order is no payment of another one, whatever else may be wrong with it.
    let reason = if is_elsewhere {
        ReviewReason::NumberReused
    } else {
        reason
    };
    match known {
        Some(known) if known.status == ReviewStatus::Open => {
            return Ok(Receipt::ReviewedBefore(reason));
        }
        Some(_) if !is_elsewhere => return Ok(Receipt::Repeated { unopened: false }),
        _ => {}
    }
    let is_new = tx.insert_review(&review(received, order, reason)).await?;
    Ok(if is_new {
        Receipt::Reviewed(reason)
    } else {
        Receipt::ReviewedBefore(reason)
    })
}

/// Whether the payment waits for review because it named an order that there is not: it may find its own.
fn is_nobodys(review: &Review) -> bool {
    review.status == ReviewStatus::Open && review.about.reason == ReviewReason::UnknownOrder
}

/// Whether the number belongs to the payment of another order, which it paid or is kept for.
async fn is_claimed_elsewhere(
    tx: &mut dyn BillingTx,
    received: ReceivedPayment<'_>,
    known: Option<&Review>,
) -> Result<bool, BillingError> {
    if known.is_some_and(is_nobodys) {
        return Ok(false);
    }
    let own = claim(received);
    let number = std::slice::from_ref(&own.callback_no);
    let claimed = tx.find_notice(received.payment, number).await?;
    Ok(claimed.is_some_and(|claimed| claimed.trade_no != own.trade_no))
}

/// Credits what the customer paid through the gateway, without fee, for an order that was cancelled
/// meanwhile; its balance part came back with the cancellation.
async fn credit_late(
    tx: &mut dyn BillingTx,
    order: &Order,
    now: UnixSeconds,
) -> Result<Receipt, BillingError> {
    let kind = LedgerKind::LatePayment;
    let entry = order_entry(order.user_id, order.total, kind, &order.trade_no, now);
    let is_credited = order.total <= Cents::ZERO || tx.move_balance(&entry).await?;
    Ok(if is_credited {
        Receipt::CreditedLate
    } else {
        Receipt::Reviewed(ReviewReason::NotCreditable)
    })
}

/// Why the payment does not suffice for the order.
fn shortcoming(
    order: &Order,
    paid: &PaidNotice,
    policy: &BillingPolicy,
) -> Result<Option<ReviewReason>, BillingError> {
    let asked = order
        .total
        .checked_add(order.handling.unwrap_or_default())?;
    let is_foreign = |code: &String| !code.eq_ignore_ascii_case(&policy.currency);
    Ok(if paid.currency.as_ref().is_some_and(is_foreign) {
        Some(ReviewReason::OtherCurrency)
    } else if paid.amount.is_some_and(|amount| amount < asked) {
        Some(ReviewReason::AmountTooSmall)
    } else {
        None
    })
}

fn claim(received: ReceivedPayment<'_>) -> ClaimedNotice {
    let paid = received.paid;
    ClaimedNotice {
        payment: received.payment,
        callback_no: paid.callback_no.clone(),
        trade_no: paid.trade_no.fitting(),
        amount: paid.amount,
        received_at: received.now,
    }
}

fn review(
    received: ReceivedPayment<'_>,
    order: Option<&Order>,
    reason: ReviewReason,
) -> PaymentReview {
    let paid = received.paid;
    PaymentReview {
        payment: received.payment,
        callback_no: paid.callback_no.clone(),
        trade_no: paid.trade_no.clone(),
        order: order.map(|order| order.id),
        user: order.map(|order| order.user_id),
        amount: paid.amount,
        currency: paid.currency.clone(),
        reason,
        standing: None,
        notice: received.notice,
        received_at: received.now,
    }
}
