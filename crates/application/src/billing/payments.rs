//! What gateways report.

use std::sync::Arc;

use ferroboard_billing::{
    DisputeNotice, GatewayCode, NewNotice, NoticeOutcome, NoticeRefused, NoticeVerdict, PaidNotice,
    PaymentMethod, RawNotice, Receipt,
};
use ferroboard_kernel::{NoticeId, PaymentId, TradeNo};
use ferroboard_telegram::ReviewNotice;

use crate::Error;
use crate::billing::notice_room::Room;
use crate::billing::receiving::{dispute_notice, review_notice};
use crate::process::Core;
use crate::transaction::{finish_if_some, retrying, transact};

/// What the gateway is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeAnswer {
    /// All is well; in these words.
    Accepted(String),
    /// The notice is not believed, or pays nothing.
    Refused,
    /// No method has this address.
    Unknown,
    /// The panel failed; the gateway is to send the notice again.
    Again,
}

/// A notice, and where it came from.
struct Arrived<'a> {
    gateway: &'a str,
    client_ip: &'a str,
    notice: NewNotice,
}

/// A gateway that could not be asked is to send its notice again.
const fn answer_to(refused: &NoticeRefused) -> NoticeAnswer {
    if matches!(refused, NoticeRefused::Gateway(_)) {
        NoticeAnswer::Again
    } else {
        NoticeAnswer::Refused
    }
}

/// Payments, as gateways report them.
pub struct Payments(pub(crate) Arc<Core>);

impl Payments {
    /// Handles a notice: has the gateway's code judge it, keeps it raw, receives the payment and opens
    /// the order. What is kept is durable before the payment is received, a payment is received although its
    /// order cannot be opened, and the gateway is told that all is well only when both are durable. However
    /// often one payment is reported, it counts once.
    ///
    /// What the gateway signed is judged and kept whatever else arrives. What it did not sign is kept as
    /// long as there is room for it.
    pub async fn notice(
        &self,
        gateway: &str,
        uuid: &str,
        raw: RawNotice,
        client_ip: &str,
    ) -> NoticeAnswer {
        match self.handle(gateway, uuid, raw, client_ip).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(gateway, %error, "a payment notice was not handled");
                NoticeAnswer::Again
            }
        }
    }

    async fn handle(
        &self,
        gateway: &str,
        uuid: &str,
        raw: RawNotice,
        client_ip: &str,
    ) -> Result<NoticeAnswer, Error> {
        let core = &self.0;
        let found = core.ports.store.find_payment_method_by_uuid(uuid).await?;
        // The code that judges a notice is chosen by the stored method and by nothing in the
        // request: another gateway's code would check it against a secret that is not there.
        let named = found.filter(|method| method.gateway == gateway);
        let Some((code, method)) = named.and_then(|method| Some((method.code()?, method))) else {
            return Ok(NoticeAnswer::Unknown);
        };
        let arrived = Arrived {
            gateway,
            client_ip,
            notice: NewNotice {
                payment: method.id,
                raw,
                received_at: core.ports.clock.now(),
            },
        };
        let judge = core.ports.gateways.gateway(code);
        // What the gateway is asked about is kept before: the question may take long.
        let kept = match judge.check_signature(&method.config, &arrived.notice.raw) {
            Some(Err(refused)) => return self.refuse(&arrived, &refused).await,
            Some(Ok(())) => Some(self.keep(&arrived.notice).await?),
            None => None,
        };
        let is_on = core.may_use(&method);
        if let (Some(kept), false) = (kept, is_on) {
            return Ok(self.turn_away(kept, &arrived).await);
        }
        let (raw, now) = (&arrived.notice.raw, arrived.notice.received_at);
        let verdict = judge.verify(&method.config, raw, now).await;
        let kept = match (kept, &verdict) {
            (Some(kept), _) => kept,
            (None, Ok(_)) => self.keep(&arrived.notice).await?,
            (None, Err(refused)) => return self.refuse(&arrived, refused).await,
        };
        if !is_on {
            return Ok(self.turn_away(kept, &arrived).await);
        }
        match verdict {
            Ok(NoticeVerdict::Paid(paid)) => {
                let (receipt, answer) = self.receive(&method, Some(kept), &paid).await?;
                let outcome = receipt.outcome();
                if outcome == NoticeOutcome::Repeated {
                    self.note_spare(kept, &arrived, outcome).await;
                }
                Ok(answer)
            }
            Ok(NoticeVerdict::Disputed(dispute)) => {
                self.dispute(&method, kept, &dispute, &arrived).await
            }
            Ok(NoticeVerdict::NotFinal { reply }) => {
                self.note_spare(kept, &arrived, NoticeOutcome::NotFinal)
                    .await;
                Ok(NoticeAnswer::Accepted(reply))
            }
            Err(refused) => {
                tracing::warn!(gateway, notice = %kept, %refused, "a payment notice was refused");
                let outcome = NoticeOutcome::Refused(refused.to_string());
                self.note_spare(kept, &arrived, outcome).await;
                Ok(answer_to(&refused))
            }
        }
    }

    /// Refuses what the gateway did not sign; it is kept, and told to the log, as long as there is room.
    async fn refuse(
        &self,
        arrived: &Arrived<'_>,
        refused: &NoticeRefused,
    ) -> Result<NoticeAnswer, Error> {
        let gateway = arrived.gateway;
        match self.keep_refused(arrived, refused).await? {
            Some(notice) => {
                tracing::warn!(gateway, %notice, %refused, "a payment notice was refused");
            }
            None => tracing::debug!(gateway, %refused, "a payment notice was refused and not kept"),
        }
        Ok(answer_to(refused))
    }

    async fn keep_refused(
        &self,
        arrived: &Arrived<'_>,
        refused: &NoticeRefused,
    ) -> Result<Option<NoticeId>, Error> {
        if self.0.is_full(Room::Refused, &arrived.notice).await? {
            return Ok(None);
        }
        let outcome = NoticeOutcome::Refused(refused.to_string());
        // Without room it is no refusal, and yet rolled back: what was counted is to be counted on none.
        retrying(|| async {
            let mut transaction = self.0.ports.store.begin().await?;
            let kept = async {
                let tx = transaction.as_mut();
                let (room, notice) = (Room::Refused, &arrived.notice);
                let taken = self.0.take_room(tx, room, notice, arrived.client_ip);
                if !taken.await? {
                    return Ok(None);
                }
                let id = tx.insert_raw_notice(notice).await?;
                tx.update_raw_notice(id, &outcome).await?;
                Ok(Some(id))
            }
            .await;
            finish_if_some(transaction, kept).await
        })
        .await
    }

    /// Refuses a notice that the gateway vouches for, of a method that is switched off.
    async fn turn_away(&self, kept: NoticeId, arrived: &Arrived<'_>) -> NoticeAnswer {
        self.note_spare(kept, arrived, NoticeOutcome::SwitchedOff)
            .await;
        NoticeAnswer::Refused
    }

    async fn keep(&self, notice: &NewNotice) -> Result<NoticeId, Error> {
        transact!(self.0.ports.store, |tx| tx
            .insert_raw_notice(notice)
            .await?)
    }

    /// Notes what became of a kept notice that paid nothing, or forgets it where there is no room. Whether
    /// that succeeds changes nothing about the answer.
    async fn note_spare(&self, kept: NoticeId, arrived: &Arrived<'_>, outcome: NoticeOutcome) {
        if let Err(error) = self.try_note_spare(kept, arrived, outcome).await {
            tracing::warn!(notice = %kept, %error, "what became of a payment notice was not noted");
        }
    }

    async fn try_note_spare(
        &self,
        kept: NoticeId,
        arrived: &Arrived<'_>,
        outcome: NoticeOutcome,
    ) -> Result<(), Error> {
        // Rolled back without room, as above.
        let noted = retrying(|| async {
            let mut transaction = self.0.ports.store.begin().await?;
            let noted = async {
                let tx = transaction.as_mut();
                let (room, notice) = (Room::Spare, &arrived.notice);
                let taken = self.0.take_room(tx, room, notice, arrived.client_ip);
                if !taken.await? {
                    return Ok(None);
                }
                tx.update_raw_notice(kept, &outcome).await?;
                Ok(Some(()))
            }
            .await;
            finish_if_some(transaction, noted).await
        })
        .await?;
        if noted.is_some() {
            return Ok(());
        }
        transact!(self.0.ports.store, |tx| tx.delete_raw_notice(kept).await?)
    }

    async fn receive(
        &self,
        method: &PaymentMethod,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<(Receipt, NoticeAnswer), Error> {
        let together = self.0.receive_and_open(method.id, notice, paid).await;
        let (receipt, is_open) = match together {
            Ok(received) => received,
            // Whatever is wrong with the order, the payment is kept, and what follows says what it is.
            Err(error) => {
                let trade_no = paid.trade_no.as_str();
                tracing::debug!(trade_no, %error, "a payment is received without opening its order");
                let receipt = self.0.receive_payment(method.id, notice, paid).await?;
                (receipt, false)
            }
        };
        if receipt == Receipt::Paid {
            self.0.tell_of_payment(method, &paid.trade_no);
        }
        match receipt {
            Receipt::Paid | Receipt::Repeated { unopened: true } if !is_open => {
                self.0.open_order(&paid.trade_no).await?;
            }
            Receipt::Reviewed(reason) => self.tell_of_review(review_notice(paid, reason)),
            Receipt::Paid
            | Receipt::Repeated { .. }
            | Receipt::CreditedLate
            | Receipt::ReviewedBefore(_) => {}
        }
        let answer = if receipt.is_acknowledged() {
            NoticeAnswer::Accepted(paid.reply.clone())
        } else {
            NoticeAnswer::Refused
        };
        Ok((receipt, answer))
    }

    /// Keeps a dispute for review. It is acknowledged once it is durable; one that is told again, or that is
    /// about a payment of somebody else, is no news.
    async fn dispute(
        &self,
        method: &PaymentMethod,
        kept: NoticeId,
        dispute: &DisputeNotice,
        arrived: &Arrived<'_>,
    ) -> Result<NoticeAnswer, Error> {
        let received = self.0.receive_dispute(method.id, kept, dispute).await?;
        match received {
            Some(Receipt::Reviewed(_)) => self.tell_of_review(dispute_notice(dispute)),
            Some(known) => self.note_spare(kept, arrived, known.outcome()).await,
            None => {
                self.note_spare(kept, arrived, NoticeOutcome::NotFinal)
                    .await;
            }
        }
        Ok(NoticeAnswer::Accepted(dispute.reply.clone()))
    }

    /// Says that a review was kept: to the log, to the chats of staff, and to the outbox, where its mail is.
    fn tell_of_review(&self, review: ReviewNotice) {
        let (trade_no, reason) = (review.trade_no.as_str(), review.reason);
        tracing::warn!(trade_no, reason, "a payment waits for review");
        self.0.mail_queued.notify_one();
        self.0.tell_of_review(review);
    }

    /// Asks the gateway about an order whose notice may have been lost, and receives the payment
    /// if there was one. `true` when there was.
    pub(crate) async fn reconcile(
        &self,
        payment: PaymentId,
        trade_no: &TradeNo,
    ) -> Result<bool, Error> {
        let core = &self.0;
        let found = core.ports.store.find_payment_method(payment).await?;
        let usable = found.filter(|method| core.may_use(method));
        let Some((code, method)) = usable.and_then(|m| Some((GatewayCode::parse(&m.gateway)?, m)))
        else {
            return Ok(false);
        };
        let asked = core
            .ports
            .gateways
            .gateway(code)
            .find_payment(&method.config, trade_no)
            .await;
        let paid = asked.map_err(|error| Error::Internal(error.to_string()))?;
        let Some(paid) = paid else { return Ok(false) };
        self.receive(&method, None, &paid).await?;
        Ok(true)
    }
}

impl Core {
    /// Whether neither the method nor the plugin of its gateway is switched off.
    pub(crate) fn may_use(&self, method: &PaymentMethod) -> bool {
        method.enabled && self.site.plugins().is_gateway_enabled(&method.gateway)
    }
}
