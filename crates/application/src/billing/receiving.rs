//! Taking payments for what they pay.

use ferroboard_billing::{
    DisputeNotice, OrderService, PaidNotice, Receipt, ReceivedDispute, ReceivedPayment,
    ReviewReason, ReviewService,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Cents, NoticeId, PaymentId, TradeNo, UnixSeconds};
use ferroboard_mail::NoticeKind;
use ferroboard_telegram::ReviewNotice;

use crate::process::Core;
use crate::support::review_mail::queue_review;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, policies};

impl Core {
    /// Receives a payment. Its order stays to be opened.
    pub(crate) async fn receive_payment(
        &self,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<Receipt, Error> {
        transact!(self.ports.store, |tx| {
            let receipt = self.receive_within(tx, payment, notice, paid).await?;
            self.issue_if_paid(tx, receipt, payment, paid).await?;
            receipt
        })
    }

    /// Receives a payment and opens its order with the same commit; whether it was opened. Where that fails,
    /// nothing is received. An order that takes commission back is not opened here: others are locked for
    /// that, before the order.
    pub(crate) async fn receive_and_open(
        &self,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<(Receipt, bool), Error> {
        transact!(self.ports.store, |tx| {
            let receipt = self.receive_within(tx, payment, notice, paid).await?;
            let is_open = receipt == Receipt::Paid && self.open_alone(tx, &paid.trade_no).await?;
            self.issue_if_paid(tx, receipt, payment, paid).await?;
            (receipt, is_open)
        })
    }

    /// Issues the receipt of an order that this payment has paid.
    async fn issue_if_paid(
        &self,
        tx: &mut dyn UnitOfWork,
        receipt: Receipt,
        payment: PaymentId,
        paid: &PaidNotice,
    ) -> Result<(), Error> {
        if receipt == Receipt::Paid {
            self.issue_receipt(tx, &paid.trade_no, Some(payment))
                .await?;
        }
        Ok(())
    }

    async fn receive_within(
        &self,
        tx: &mut dyn UnitOfWork,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<Receipt, Error> {
        let now = self.ports.clock.now();
        let policy = policies::billing(&self.site.current(), self.options.zone);
        let received = ReceivedPayment {
            payment,
            notice,
            paid,
            now,
        };
        let receipt = OrderService.receive_payment(tx, received, &policy).await?;
        if let Receipt::Reviewed(reason) = receipt {
            let review = review_notice(paid, reason);
            queue_review(&self.context, tx, &review, now).await?;
        }
        let told = match receipt {
            Receipt::Paid => Some((EventKind::PaymentReceived, None)),
            Receipt::CreditedLate => Some((EventKind::PaymentReceived, Some("credited_late"))),
            Receipt::Reviewed(reason) => Some((EventKind::PaymentReview, Some(reason.as_str()))),
            Receipt::Repeated { .. } | Receipt::ReviewedBefore(_) => None,
        };
        if receipt == Receipt::Paid {
            self.tell_buyer(tx, &paid.trade_no, now).await?;
        }
        if let Some((kind, reason)) = told {
            tx.tell(NewEvent::about_payment(
                kind,
                &paid.trade_no,
                payment,
                reason,
                now,
            ));
        }
        Ok(receipt)
    }

    /// Queues the notice that a payment was received, where the buyer wants it.
    async fn tell_buyer(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        let Some(order) = tx.find_order(trade_no).await? else {
            return Ok(());
        };
        let kind = NoticeKind::Payment;
        if let Some((reader, choice)) = self.willing_reader(tx, kind, order.user_id).await? {
            let words = self.payment_words(&order);
            self.queue_chosen(tx, kind, (&reader, choice), words, now)
                .await?;
        }
        Ok(())
    }

    /// Keeps a dispute for review, with the mail that tells of it. `None` for one about a payment that never came
    /// here.
    pub(crate) async fn receive_dispute(
        &self,
        payment: PaymentId,
        notice: NoticeId,
        dispute: &DisputeNotice,
    ) -> Result<Option<Receipt>, Error> {
        transact!(self.ports.store, |tx| {
            let now = self.ports.clock.now();
            let received = ReceivedDispute {
                payment,
                notice,
                dispute,
                now,
            };
            let disputed = ReviewService.receive_dispute(tx, received).await?;
            if let Some((Receipt::Reviewed(reason), trade_no)) = &disputed {
                queue_review(&self.context, tx, &dispute_notice(dispute), now).await?;
                let (kind, reason) = (EventKind::PaymentReview, Some(reason.as_str()));
                tx.tell(NewEvent::about_payment(
                    kind, trade_no, payment, reason, now,
                ));
            }
            disputed.map(|(receipt, _)| receipt)
        })
    }
}

/// What staff is told of a payment that bought nothing.
pub(crate) fn review_notice(paid: &PaidNotice, reason: ReviewReason) -> ReviewNotice {
    ReviewNotice {
        reason: reason.as_str(),
        amount: paid.amount.map(Cents::get),
        currency: paid.currency.clone(),
        number: paid.callback_no.clone(),
        trade_no: paid.trade_no.to_string(),
    }
}

/// What staff is told of a dispute.
pub(crate) fn dispute_notice(dispute: &DisputeNotice) -> ReviewNotice {
    ReviewNotice {
        reason: ReviewReason::Dispute.as_str(),
        amount: dispute.amount.map(Cents::get),
        currency: dispute.currency.clone(),
        number: dispute.dispute_no.clone(),
        trade_no: String::new(),
    }
}
