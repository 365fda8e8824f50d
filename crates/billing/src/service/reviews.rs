use ferroboard_kernel::{
    Cents, LedgerEntry, LedgerKind, NoticeId, PaymentId, ReviewId, TradeNo, UnixSeconds, UserId,
};

use super::{lock_with_buyer, moved_behind_lock, must_happen};
use crate::{
    BillingError, BillingPolicy, BillingTx, DisputeNotice, Order, OrderEvent, OrderStatus,
    PaymentReview, Receipt, Review, ReviewEvent, ReviewReason, ReviewStatus, Settlement,
};

/// What may be done about money that bought nothing, and about disputes.
///
/// A review is settled once, by one conditional statement: of any number who settle it at once, one does.
/// Whatever is locked besides is locked before it: the user, then the order.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReviewService;

/// What an administrator decides about a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleReview {
    /// Which one.
    pub id: ReviewId,
    /// Why, in the administrator's words.
    pub note: Option<String>,
    /// Who decides.
    pub admin: UserId,
    /// Now.
    pub now: UnixSeconds,
}

/// A dispute that a gateway tells of.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedDispute<'a> {
    /// The method whose gateway tells it.
    pub payment: PaymentId,
    /// The kept notice.
    pub notice: NoticeId,
    /// What the gateway says.
    pub dispute: &'a DisputeNotice,
    /// Now.
    pub now: UnixSeconds,
}

impl SettleReview {
    fn settlement(&self, status: ReviewStatus) -> Settlement {
        Settlement {
            status,
            credited: None,
            trade_no: None,
            note: self.note.clone(),
            by: Some(self.admin),
            at: self.now,
        }
    }
}

impl ReviewService {
    /// Credits a balance with what was paid, or with the part of it that is asked for. The review before, and
    /// how it ended.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReviewMissing`], [`BillingError::ReviewSettled`], [`BillingError::ReviewOfDispute`];
    /// [`BillingError::ReviewAmountMissing`], [`BillingError::ReviewExceedsPaid`];
    /// [`BillingError::AccountMissing`], [`BillingError::BalanceOutOfRange`].
    pub async fn credit(
        self,
        tx: &mut dyn BillingTx,
        wanted: &SettleReview,
        (user, amount): (UserId, Option<Cents>),
        policy: &BillingPolicy,
    ) -> Result<(Review, Settlement), BillingError> {
        let review = find(tx, wanted.id).await?;
        let status = review.after(ReviewEvent::Credit)?;
        let amount = review.about.credit(amount, &policy.currency)?;
        let buyer = tx.lock_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        let settlement = Settlement {
            credited: Some((buyer.id, amount)),
            ..wanted.settlement(status)
        };
        settle(tx, &review, &settlement).await?;
        let entry = LedgerEntry {
            user: buyer.id,
            amount,
            kind: LedgerKind::ReviewCredit,
            reference: review.reference(),
            at: wanted.now,
        };
        if !tx.move_balance(&entry).await? {
            return Err(BillingError::BalanceOutOfRange);
        }
        Ok((review, settlement))
    }

    /// Pays an order that waits for payment, as a notice would that named it: through the method and with the
    /// number of this payment, which must be exactly what the order asks for. The order is to be opened then.
    /// The review before, and how it ended.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReviewMissing`], [`BillingError::ReviewSettled`], [`BillingError::ReviewOfDispute`];
    /// [`BillingError::OrderMissing`], [`BillingError::OrderNotPending`]; [`BillingError::ReviewDoesNotFit`].
    pub async fn pay_order(
        self,
        tx: &mut dyn BillingTx,
        wanted: &SettleReview,
        trade_no: &TradeNo,
        policy: &BillingPolicy,
    ) -> Result<(Review, Settlement), BillingError> {
        let review = find(tx, wanted.id).await?;
        let status = review.after(ReviewEvent::Open)?;
        let found = lock_with_buyer(tx, trade_no).await?;
        let (order, _) = found.ok_or(BillingError::OrderMissing)?;
        if order.status != OrderStatus::Pending {
            return Err(BillingError::OrderNotPending);
        }
        if !review.about.fits(&order, &policy.currency)? {
            return Err(BillingError::ReviewDoesNotFit);
        }
        let settlement = Settlement {
            trade_no: Some(order.trade_no.clone()),
            ..wanted.settlement(status)
        };
        settle(tx, &review, &settlement).await?;
        self.pay(tx, &review, &order, wanted.now).await?;
        Ok((review, settlement))
    }

    /// Pays a locked order with a reviewed payment: a refund by the gateway is asked of the method through
    /// which the money came.
    async fn pay(
        self,
        tx: &mut dyn BillingTx,
        review: &Review,
        order: &Order,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let about = &review.about;
        if order.payment_id != Some(about.payment) {
            let payment = tx.update_order_payment(order.id, about.payment, order.handling, now);
            let is_moved = payment.await?;
            moved_behind_lock(is_moved, format_args!("order {}", order.id))?;
        }
        must_happen(tx, order, OrderEvent::Pay, now).await?;
        tx.update_order_paid(order.id, &about.callback_no, now)
            .await?;
        Ok(())
    }

    /// Notes that the money went back outside the panel, or that nothing is to be done, which wants a reason. The
    /// review before, and how it ended.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReviewReasonMissing`]; [`BillingError::ReviewMissing`], [`BillingError::ReviewSettled`],
    /// [`BillingError::ReviewOfDispute`].
    pub async fn close(
        self,
        tx: &mut dyn BillingTx,
        wanted: &SettleReview,
        event: ReviewEvent,
    ) -> Result<(Review, Settlement), BillingError> {
        if event == ReviewEvent::Dismiss && wanted.note.is_none() {
            return Err(BillingError::ReviewReasonMissing);
        }
        let review = find(tx, wanted.id).await?;
        let settlement = wanted.settlement(review.after(event)?);
        settle(tx, &review, &settlement).await?;
        Ok((review, settlement))
    }

    /// Keeps a dispute about a payment that was received for review, once; whoever paid is marked as long as
    /// the review is open. Of one that is known it is noted how it ended. With the number of the order that was
    /// paid. `None` for a dispute about a payment that never came here. The kept notice gets its outcome, unless there is nothing.
    pub async fn receive_dispute(
        self,
        tx: &mut dyn BillingTx,
        received: ReceivedDispute<'_>,
    ) -> Result<Option<(Receipt, TradeNo)>, BillingError> {
        let (payment, dispute) = (received.payment, received.dispute);
        let claimed = tx.find_notice(payment, &dispute.payment_nos).await?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        // What an administrator made of the payment says more than what the payment named.
        let settled = tx.find_review_of(payment, &claimed.callback_no).await?;
        let (paid, credited) =
            settled.map_or((None, None), |review| (review.paid, review.credited));
        let trade_no = paid.unwrap_or(claimed.trade_no);
        let order = tx.find_order(&trade_no).await?;
        let review = PaymentReview {
            payment,
            callback_no: dispute.dispute_no.clone(),
            trade_no,
            order: order.as_ref().map(|order| order.id),
            user: credited.or(order.map(|order| order.user_id)),
            amount: dispute.amount,
            currency: dispute.currency.clone(),
            reason: ReviewReason::Dispute,
            standing: dispute.standing.clone(),
            notice: Some(received.notice),
            received_at: received.now,
        };
        let receipt = if tx.insert_review(&review).await? {
            Receipt::Reviewed(ReviewReason::Dispute)
        } else {
            // Notices overtake each other: only the end of a dispute is later than all else.
            if let Some(standing) = dispute.standing.as_ref().filter(|_| dispute.is_closed) {
                tx.update_review_standing(payment, &dispute.dispute_no, standing)
                    .await?;
            }
            Receipt::ReviewedBefore(ReviewReason::Dispute)
        };
        tx.update_raw_notice(received.notice, &receipt.outcome())
            .await?;
        Ok(Some((receipt, review.trade_no)))
    }
}

async fn find(tx: &mut dyn BillingTx, id: ReviewId) -> Result<Review, BillingError> {
    let found = tx.find_review(id).await?;
    found.ok_or(BillingError::ReviewMissing)
}

/// Zero rows are an answer: somebody settled it between.
async fn settle(
    tx: &mut dyn BillingTx,
    review: &Review,
    settlement: &Settlement,
) -> Result<(), BillingError> {
    let moved = tx.move_review(&review.about, review.status, settlement);
    if moved.await? {
        Ok(())
    } else {
        Err(BillingError::ReviewSettled)
    }
}
