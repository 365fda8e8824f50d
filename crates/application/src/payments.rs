//! What gateways report.

use std::sync::Arc;

use ferroboard_billing::{
    GatewayCode, NewNotice, NoticeOutcome, NoticeRefused, NoticeVerdict, OrderService, PaidNotice,
    PaymentMethod, RawNotice, Receipt, ReceivedPayment,
};
use ferroboard_kernel::{NoticeId, PaymentId, TradeNo};

use crate::core::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, policies};

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

/// Payments, as gateways report them.
pub struct Payments(pub(crate) Arc<Core>);

impl Payments {
    /// Handles a notice: keeps it raw, has the gateway's code judge it, receives the payment and
    /// opens the order. Each step is durable before the next begins, and the gateway is told that
    /// all is well only after the last. However often one payment is reported, it counts once.
    pub async fn notice(&self, gateway: &str, uuid: &str, raw: RawNotice) -> NoticeAnswer {
        match self.handle(gateway, uuid, raw).await {
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
    ) -> Result<NoticeAnswer, Error> {
        let core = &self.0;
        let found = core.ports.store.find_payment_method_by_uuid(uuid).await?;
        // The code that judges a notice is chosen by the stored method and by nothing in the
        // request: another gateway's code would check it against a secret that is not there.
        let named = found.filter(|method| method.gateway == gateway);
        let Some((code, method)) = named.and_then(|method| Some((method.code()?, method))) else {
            return Ok(NoticeAnswer::Unknown);
        };
        let kept = self.keep(method.id, raw.clone()).await?;
        if !core.may_use(&method) {
            self.note(
                kept,
                NoticeOutcome::Refused("the method is switched off".into()),
            )
            .await?;
            return Ok(NoticeAnswer::Refused);
        }
        let now = core.ports.clock.now();
        let verdict = core
            .ports
            .gateways
            .gateway(code)
            .verify(&method.config, &raw, now)
            .await;
        match verdict {
            Ok(NoticeVerdict::Paid(paid)) => self.receive(&method, Some(kept), &paid).await,
            Ok(NoticeVerdict::NotFinal { reply }) => {
                self.note(kept, NoticeOutcome::NotFinal).await?;
                Ok(NoticeAnswer::Accepted(reply))
            }
            Err(refused) => {
                tracing::warn!(gateway, notice = %kept, %refused, "a payment notice was refused");
                let may_come_again = matches!(refused, NoticeRefused::Gateway(_));
                self.note(kept, NoticeOutcome::Refused(refused.to_string()))
                    .await?;
                Ok(if may_come_again {
                    NoticeAnswer::Again
                } else {
                    NoticeAnswer::Refused
                })
            }
        }
    }

    async fn keep(&self, payment: PaymentId, raw: RawNotice) -> Result<NoticeId, Error> {
        let received_at = self.0.ports.clock.now();
        let notice = NewNotice {
            payment,
            raw,
            received_at,
        };
        retrying(|| async {
            let mut tx = self.0.ports.store.begin().await?;
            let outcome = tx.insert_raw_notice(&notice).await;
            finish(tx, outcome.map_err(Error::from)).await
        })
        .await
    }

    async fn note(&self, notice: NoticeId, outcome: NoticeOutcome) -> Result<(), Error> {
        retrying(|| async {
            let mut tx = self.0.ports.store.begin().await?;
            let noted = tx.update_raw_notice(notice, &outcome).await;
            finish(tx, noted.map_err(Error::from)).await
        })
        .await
    }

    async fn receive(
        &self,
        method: &PaymentMethod,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<NoticeAnswer, Error> {
        let receipt = self.0.receive_payment(method.id, notice, paid).await?;
        match receipt {
            Receipt::Paid => {
                self.0.tell_of_payment(method, &paid.trade_no);
                self.0.open_order(&paid.trade_no).await?;
            }
            Receipt::Repeated { unopened: true } => {
                self.0.open_order(&paid.trade_no).await?;
            }
            Receipt::Reviewed(reason) => {
                let (trade_no, reason) = (paid.trade_no.as_str(), reason.as_str());
                tracing::warn!(
                    trade_no,
                    reason,
                    "a payment bought nothing and waits for review"
                );
            }
            Receipt::Repeated { unopened: false }
            | Receipt::CreditedLate
            | Receipt::ReviewedBefore(_) => {}
        }
        Ok(if receipt.is_acknowledged() {
            NoticeAnswer::Accepted(paid.reply.clone())
        } else {
            NoticeAnswer::Refused
        })
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

    async fn receive_payment(
        &self,
        payment: PaymentId,
        notice: Option<NoticeId>,
        paid: &PaidNotice,
    ) -> Result<Receipt, Error> {
        retrying(|| async {
            let now = self.ports.clock.now();
            let policy = policies::billing(&self.site.current(), self.options.zone);
            let received = ReceivedPayment {
                payment,
                notice,
                paid,
                now,
            };
            let mut tx = self.ports.store.begin().await?;
            let outcome = OrderService
                .receive_payment(tx.as_mut(), received, &policy)
                .await;
            finish(tx, outcome.map_err(Error::from)).await
        })
        .await
    }
}
