//! Giving customers what they paid for.

use ferroboard_billing::{BillingPolicy, EarnedCommission, Opened, OrderService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{StoreError, TradeNo, UnixSeconds};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, invite::commissions, policies};

impl Core {
    /// Opens a paid order. When that fails the order stays paid, the reason is noted where
    /// administrators see it, and the job tries again.
    pub(crate) async fn open_order(&self, trade_no: &TradeNo) -> Result<Opened, Error> {
        self.open_or_note(trade_no, true).await
    }

    /// The same for one whose failure was told: a job that tries again every minute tells nothing new.
    pub(crate) async fn open_order_again(&self, trade_no: &TradeNo) -> Result<Opened, Error> {
        self.open_or_note(trade_no, false).await
    }

    async fn open_or_note(&self, trade_no: &TradeNo, is_first: bool) -> Result<Opened, Error> {
        let opened = transact!(self.ports.store, |tx| {
            let now = self.ports.clock.now();
            let policy = policies::billing(&self.site.current(), self.options.zone);
            self.open_within(tx, trade_no, &policy, now).await?
        });
        if let Err(error) = &opened
            // A row that cannot be read takes no note either; the store has told the log.
            && !matches!(error, Error::Store(StoreError::Corrupt { .. }))
        {
            tracing::error!(trade_no = trade_no.as_str(), %error, "a paid order was not opened");
            let reason = error.to_string();
            let noted = transact!(self.ports.store, |tx| {
                let now = self.ports.clock.now();
                let is_noted = OrderService
                    .note_failure(tx, trade_no, &reason, now)
                    .await?;
                if is_noted && is_first {
                    let kind = EventKind::OrderFailed;
                    tx.tell(NewEvent::about_order(kind, trade_no, None, None, now));
                }
            });
            if let Err(error) = noted {
                tracing::error!(%error, "the reason was not noted");
            }
        }
        opened
    }

    /// Opens a paid order in a transaction that has its buyer and the order locked; `None` where others must be
    /// locked before them, and nothing is done. That it was opened is [told](tell_opened) by the caller, behind what
    /// comes before it.
    pub(crate) async fn open_alone(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
    ) -> Result<Option<Opened>, Error> {
        if OrderService.find_credit(tx, trade_no).await?.is_some() {
            return Ok(None);
        }
        let now = self.ports.clock.now();
        let policy = policies::billing(&self.site.current(), self.options.zone);
        Ok(Some(OrderService.open(tx, trade_no, &policy, now).await?))
    }

    async fn open_within(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Opened, Error> {
        commissions::lock_for_credit(tx, trade_no).await?;
        let opened = OrderService.open(tx, trade_no, policy, now).await?;
        tell_opened(tx, trade_no, opened, now);
        if let Opened::Now(..) = opened {
            commissions::take_back(tx, trade_no, now).await?;
        }
        Ok(opened)
    }
}

/// Tells that an order was opened, if it was, and what it earned.
pub(super) fn tell_opened(
    tx: &mut dyn UnitOfWork,
    trade_no: &TradeNo,
    opened: Opened,
    now: UnixSeconds,
) {
    if let Opened::Now(user, earned) = opened {
        let kind = EventKind::OrderOpened;
        tx.tell(NewEvent::about_order(kind, trade_no, Some(user), None, now));
        if let Some(EarnedCommission { inviter, amount }) = earned {
            let kind = EventKind::CommissionEarned;
            tx.tell(NewEvent::about_commission(
                kind, trade_no, inviter, amount, now,
            ));
        }
    }
}
