//! What inviters earn, and what they do with it.

use std::sync::Arc;

use ferroboard_attempts::Act;
use ferroboard_billing::{OrderService, SubscriptionService};
use ferroboard_invite::CommissionService;
use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, TradeNo, UnixSeconds, UserId};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, policies};

/// Commission balances.
pub struct Commissions(pub(crate) Arc<Core>);

impl Commissions {
    /// Moves an amount from the commission balance to the balance: both change or neither does, and
    /// never more moves than there is and than no open withdrawal reserves. The amount must be at
    /// least one cent.
    pub async fn transfer(&self, user: UserId, amount: Cents) -> Result<(), Error> {
        // One cause, one reference: a try that is repeated after a conflict keeps it.
        let reference = self.0.ports.random.uuid();
        transact!(self.0.ports.store, |tx| self
            .transfer_within(tx, user, amount, &reference)
            .await?)
    }

    async fn transfer_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        amount: Cents,
        reference: &str,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        CommissionService.lock_balance(tx, user).await?;
        let reserved = tx.find_reserved_commission(user).await?;
        CommissionService
            .transfer_out(tx, user, amount, reserved, reference, now)
            .await?;
        let entry = LedgerEntry {
            user,
            amount,
            kind: LedgerKind::Transfer,
            reference: reference.to_owned(),
            at: now,
        };
        SubscriptionService.top_up(tx, &entry).await?;
        self.0.count_act(tx, Act::TransferCommission, user).await?;
        Ok(())
    }

    /// Confirms the commission of an order, if its time has come and the site confirms by itself.
    pub(crate) async fn confirm(&self, trade_no: &TradeNo) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            OrderService.confirm_commission(tx, trade_no, now).await?
        })
    }

    /// Pays the commission of an order: the order's commission is taken, shared among up to three
    /// inviters and logged in one transaction. `false` when it was paid already, or is not payable.
    pub(crate) async fn pay(&self, trade_no: &TradeNo) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| self
            .pay_within(tx, trade_no)
            .await?)
    }

    async fn pay_within(&self, tx: &mut dyn UnitOfWork, trade_no: &TradeNo) -> Result<bool, Error> {
        let now = self.0.ports.clock.now();
        let policy = policies::commission(&self.0.site.current());
        let seen = tx.find_order(trade_no).await?;
        let Some(inviter) = seen.and_then(|order| order.inviter) else {
            return Ok(false);
        };
        let chain = CommissionService.lock_inviters(tx, inviter).await?;
        let Some(due) = OrderService.take_commission(tx, trade_no, now).await? else {
            return Ok(false);
        };
        let shares = CommissionService
            .pay(tx, &due, &chain, &policy, now)
            .await?;
        let mut paid = Cents::ZERO;
        for share in &shares {
            let entry = share
                .ledger_entry(&due, now)
                .map_err(ferroboard_billing::BillingError::from)?;
            if let Some(entry) = entry.filter(|_| policy.to_balance) {
                SubscriptionService.top_up(tx, &entry).await?;
            }
            paid = paid
                .checked_add(share.amount)
                .map_err(ferroboard_billing::BillingError::from)?;
        }
        OrderService
            .note_commission(tx, due.order, paid, now)
            .await?;
        Ok(true)
    }
}

/// Locks everybody from whom commission will be taken back when the order is opened, and the buyer: users
/// are locked before orders, the smaller number first.
pub(crate) async fn lock_for_credit(
    tx: &mut dyn UnitOfWork,
    trade_no: &TradeNo,
) -> Result<(), Error> {
    if let Some(credit) = OrderService.find_credit(tx, trade_no).await? {
        let paid = OrderService.find_paid_sources(tx, &credit).await?;
        CommissionService.lock_paid(tx, credit.buyer, &paid).await?;
    }
    Ok(())
}

/// Takes the commission back of what the opened order gave back as credit.
pub(crate) async fn take_back(
    tx: &mut dyn UnitOfWork,
    trade_no: &TradeNo,
    now: UnixSeconds,
) -> Result<(), Error> {
    let Some(credit) = OrderService.find_credit(tx, trade_no).await? else {
        return Ok(());
    };
    let returns = OrderService.take_commission_back(tx, &credit).await?;
    for (user, amount) in CommissionService.owed(tx, &returns).await? {
        tx.lock_inviter(user).await?;
        let reserved = tx.find_reserved_commission(user).await?;
        let reference = trade_no.as_str();
        CommissionService
            .take_back(tx, user, amount, reserved, reference, now)
            .await?;
    }
    Ok(())
}
