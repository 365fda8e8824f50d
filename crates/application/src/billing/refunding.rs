//! Giving money back: what happens to refunds once they are requested.

use std::sync::Arc;

use ferroboard_billing::{
    BillingError, GatewayError, GatewayRefund, LockedRefund, OrderCredit, PaymentMethod, Refund,
    RefundGateway, RefundResult, RefundService, RefundStatus,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{RefundId, Seconds, UnixSeconds};

use crate::invite::commissions;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{Error, UnitOfWork, policies};

/// How many refunds one query brings.
const BATCH: u32 = 200;
/// How long a gateway is waited for before it is asked again. Longer than its questions can take.
const FIRST_PAUSE: Seconds = Seconds::minutes(2);
/// No pause is longer.
const LONGEST_PAUSE: Seconds = Seconds::hours(6);

/// How far a refund has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    /// The refund.
    pub id: RefundId,
    /// Where it stands.
    pub status: RefundStatus,
    /// What came of it so far.
    pub result: RefundResult,
}

/// When a gateway is asked again that was asked so often.
pub(crate) fn next_attempt(attempts: i64, now: UnixSeconds) -> UnixSeconds {
    let doubled = u32::try_from(attempts)
        .ok()
        .and_then(|attempts| 1_i64.checked_shl(attempts));
    let pause = doubled.and_then(|times| FIRST_PAUSE.get().checked_mul(times));
    let longest = LONGEST_PAUSE.get();
    let pause = pause.filter(|pause| (1..longest).contains(pause));
    now.plus(Seconds::new(pause.unwrap_or(longest)))
}

/// A refund as what becomes credit of what its order was worth.
pub(crate) fn credit(refund: &Refund) -> OrderCredit {
    OrderCredit {
        buyer: refund.asked.user,
        amount: refund.asked.amount,
        orders: vec![refund.asked.order],
    }
}

/// The refunds that wait for gateways.
pub(crate) struct Refunds(pub(crate) Arc<Core>);

impl Refunds {
    /// Asks gateways about refunds that are requested and due; how many ended.
    pub(crate) async fn ask_due(&self) -> Result<u64, Error> {
        let core = &self.0;
        let mut ended = 0;
        let mut after: Option<RefundId> = None;
        loop {
            let now = core.ports.clock.now();
            let batch = look!(core.ports.store, |tx| tx
                .list_due_refunds(now, after, BATCH)
                .await?)?;
            let Some(last) = batch.last() else {
                return Ok(ended);
            };
            after = Some(*last);
            for refund in &batch {
                match core.ask_for_refund(*refund).await {
                    Ok(report) => {
                        ended += u64::from(
                            report.is_some_and(|report| report.status != RefundStatus::Requested),
                        );
                    }
                    Err(error) => tracing::error!(%refund, %error, "a refund was not handled"),
                }
            }
        }
    }
}

/// A refund that this process alone asks the gateway for.
struct Claimed {
    refund: Refund,
    method: Option<PaymentMethod>,
}

impl Core {
    /// Asks the gateway for a refund, and ends it by the answer. Without one the refund stays requested, and
    /// the job asks again. `None` where it has ended, or another process is at it.
    pub(crate) async fn ask_for_refund(&self, id: RefundId) -> Result<Option<RefundReport>, Error> {
        let Some(claimed) = self.claim_refund(id).await? else {
            return Ok(None);
        };
        let answer = self.ask_gateway(&claimed).await;
        let report = |status, result| Some(RefundReport { id, status, result });
        match answer {
            Ok(number) => {
                let paid = self.refund_went_out(&claimed.refund, &number).await?;
                Ok(paid.and_then(|result| report(RefundStatus::Done, result)))
            }
            Err(GatewayError::Unreachable(failure)) => {
                tracing::warn!(refund = %id, failure, "a gateway did not answer for a refund");
                let failure = told(&failure);
                transact!(self.ports.store, |tx| tx
                    .update_refund_failure(id, &failure)
                    .await?)?;
                let result = RefundResult {
                    failure: Some(failure),
                    ..RefundResult::default()
                };
                Ok(report(RefundStatus::Requested, result))
            }
            Err(refused) => {
                let failure = told(&refused.to_string());
                tracing::warn!(refund = %id, failure, "a gateway refused a refund");
                let ended = self.refuse_refund(&claimed.refund, &failure).await?;
                Ok(ended.and_then(|(status, result)| report(status, result)))
            }
        }
    }

    async fn claim_refund(&self, id: RefundId) -> Result<Option<Claimed>, Error> {
        transact!(self.ports.store, |tx| {
            let found = tx.find_refund(id).await?;
            let open = found.filter(|refund| refund.status == RefundStatus::Requested);
            let Some(refund) = open else {
                return Ok(None);
            };
            let due = next_attempt(refund.attempts, self.ports.clock.now());
            if !tx.move_refund_attempt(id, refund.attempts, due).await? {
                return Ok(None);
            }
            let method = match &refund.asked.through {
                Some(through) => tx.find_payment(through.payment).await?,
                None => None,
            };
            Some(Claimed { refund, method })
        })
    }

    /// What the gateway says. Only a refund that nobody can have asked for before is refused without its word:
    /// what became of an earlier try is for the gateway alone to say.
    async fn ask_gateway(&self, claimed: &Claimed) -> Result<String, GatewayError> {
        let is_first = claimed.refund.attempts == 0;
        let gone = || {
            let reason = "the payment method is gone".to_owned();
            if is_first {
                GatewayError::Refused(reason)
            } else {
                GatewayError::Unreachable(reason)
            }
        };
        let asked = &claimed.refund.asked;
        let payment = asked.through.clone().ok_or_else(gone)?;
        let method = claimed.method.as_ref().ok_or_else(gone)?;
        let refunds = self.refunds_through(method).ok_or_else(gone)?;
        let refund = GatewayRefund {
            key: asked.key.clone(),
            trade_no: asked.trade_no.clone(),
            payment,
            amount: asked.amount,
            currency: policies::billing(&self.site.current(), self.options.zone).currency,
            reason: asked.reason.clone(),
        };
        if !is_first && let Some(number) = refunds.find_refund(&method.config, &refund).await? {
            return Ok(number);
        }
        refunds.refund(&method.config, &refund).await
    }

    /// Ends a refund whose money the gateway sent out. `None` where it has ended.
    async fn refund_went_out(
        &self,
        refund: &Refund,
        number: &str,
    ) -> Result<Option<RefundResult>, Error> {
        transact!(self.ports.store, |tx| {
            commissions::lock_earners(tx, &credit(refund)).await?;
            match RefundService.lock(tx, refund.id).await? {
                Some(locked) => {
                    let result = RefundResult {
                        gateway_no: Some(number.to_owned()),
                        ..RefundResult::default()
                    };
                    Some(self.pay_refund(tx, &locked, result).await?)
                }
                None => None,
            }
        })
    }

    /// Ends a refund that the gateway refused. Where nobody could refund its amount again it goes to the balance.
    /// `None` where it has ended.
    async fn refuse_refund(
        &self,
        refund: &Refund,
        failure: &str,
    ) -> Result<Option<(RefundStatus, RefundResult)>, Error> {
        transact!(self.ports.store, |tx| {
            let now = self.ports.clock.now();
            commissions::lock_earners(tx, &credit(refund)).await?;
            let Some(locked) = RefundService.lock(tx, refund.id).await? else {
                return Ok(None);
            };
            let result = RefundResult {
                failure: Some(failure.to_owned()),
                ..RefundResult::default()
            };
            match RefundService.redirect(tx, &locked).await? {
                Some(redirected) => {
                    let result = self.pay_refund(tx, &redirected, result).await?;
                    Some((RefundStatus::Done, result))
                }
                None => {
                    RefundService.refuse(tx, &locked, failure, now).await?;
                    Some((RefundStatus::Refused, result))
                }
            }
        })
    }

    /// Ends a refund whose money is out, with what the gateway said and what it takes back of commission and of the
    /// subscription. The earners are locked before the refund is.
    pub(crate) async fn pay_refund(
        &self,
        tx: &mut dyn UnitOfWork,
        locked: &LockedRefund,
        answer: RefundResult,
    ) -> Result<RefundResult, Error> {
        let now = self.ports.clock.now();
        let policy = policies::billing(&self.site.current(), self.options.zone);
        let refund = &locked.refund;
        let taken =
            commissions::take_back_of(tx, &credit(refund), &refund.reference(), now).await?;
        let result = RefundResult {
            commission_returned: taken.taken,
            commission_owed: taken.owed,
            ..answer
        };
        RefundService.pay(tx, locked, &result, &policy, now).await?;
        let asked = &refund.asked;
        tx.tell(NewEvent::about_order(
            EventKind::OrderRefunded,
            &asked.trade_no,
            Some(asked.user),
            Some(asked.amount),
            now,
        ));
        Ok(result)
    }

    /// Whether the gateway of a payment gives money back.
    pub(crate) async fn may_refund(
        &self,
        tx: &mut dyn UnitOfWork,
        locked: &LockedRefund,
    ) -> Result<(), Error> {
        let Some(through) = &locked.refund.asked.through else {
            return Ok(());
        };
        let method = tx.find_payment(through.payment).await?;
        let refunds = method.as_ref().map(|method| self.refunds_through(method));
        match refunds.flatten() {
            Some(_) => Ok(()),
            None => Err(BillingError::GatewayCannotRefund.into()),
        }
    }

    /// How the gateway of a payment method gives money back; `None` where it does not, or there is none.
    fn refunds_through(&self, method: &PaymentMethod) -> Option<&dyn RefundGateway> {
        self.ports.gateways.gateway(method.code()?).refunds()
    }
}

/// A failure as its column takes it.
fn told(failure: &str) -> String {
    failure.chars().take(LONGEST_FAILURE).collect()
}

/// How much of a failure is kept.
const LONGEST_FAILURE: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        let now = UnixSeconds::new(1_000_000);
        for (attempts, seconds) in [
            (0, 120),
            (1, 240),
            (7, 15_360),
            (8, 21_600),
            (63, 21_600),
            (64, 21_600),
            (i64::MAX, 21_600),
            (-1, 21_600),
        ] {
            let next = next_attempt(attempts, now);
            assert_eq!(next.since(now).get(), seconds, "{attempts}");
        }
    }
}
