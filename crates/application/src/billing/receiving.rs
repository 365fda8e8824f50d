//! Taking payments for what they pay.

use ferroboard_billing::{
    DisputeNotice, OrderService, PaidNotice, Receipt, ReceivedDispute, ReceivedPayment,
    ReviewReason, ReviewService,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Cents, NoticeId, PaymentId, TradeNo, UnixSeconds};
use ferroboard_mail::NoticeKind;
use ferroboard_telegram::ReviewNotice;

use super::opening::tell_opened;
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
            let opened = match receipt {
                Receipt::Paid => self.open_alone(tx, &paid.trade_no).await?,
                _ => None,
            };
            self.issue_if_paid(tx, receipt, payment, paid).await?;
            if let Some(opened) = opened {
                tell_opened(tx, &paid.trade_no, opened, self.ports.clock.now());
            }
            (receipt, opened.is_some())
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
        let done = OrderService.receive_payment(tx, received, &policy).await?;
        let trade_no = &paid.trade_no;
        let about = |kind, reason| NewEvent::about_payment(kind, trade_no, payment, reason, now);
        match done.receipt {
            Receipt::Paid => self.tell_received(tx, trade_no, payment, now).await?,
            Receipt::CreditedLate => {
                tx.tell(about(EventKind::PaymentReceived, Some("credited_late")));
            }
            Receipt::Reviewed(reason) => {
                tx.tell(about(EventKind::PaymentReview, Some(reason.as_str())));
                queue_review(&self.context, tx, &review_notice(paid, reason), now).await?;
            }
            Receipt::Repeated { .. } | Receipt::ReviewedBefore(_) => {}
        }
        if let Some((review, status)) = &done.settled {
            let (kind, status) = (EventKind::PaymentSettled, Some(status.as_str()));
            let trade_no = &review.about.trade_no;
            tx.tell(NewEvent::about_payment(
                kind, trade_no, payment, status, now,
            ));
        }
        Ok(done.receipt)
    }

    /// Tells that a payment has paid its order: the event, and the notice where the buyer wants it.
    pub(crate) async fn tell_received(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
        payment: PaymentId,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        let kind = EventKind::PaymentReceived;
        tx.tell(NewEvent::about_payment(kind, trade_no, payment, None, now));
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
