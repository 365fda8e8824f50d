//! What inviters earn, and what they do with it.

use std::sync::Arc;

use ferroboard_attempts::Act;
use ferroboard_billing::{BillingError, OrderCredit, OrderService, SubscriptionService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::{CommissionService, TakenBack};
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
            let entry = share.ledger_entry(&due, now).map_err(BillingError::from)?;
            if let Some(entry) = entry.filter(|_| policy.to_balance) {
                SubscriptionService.top_up(tx, &entry).await?;
            }
            paid = paid.checked_add(share.amount).map_err(BillingError::from)?;
        }
        OrderService
            .note_commission(tx, due.order, paid, now)
            .await?;
        let kind = EventKind::CommissionPaid;
        let inviter = due.inviter;
        tx.tell(NewEvent::about_commission(
            kind, trade_no, inviter, paid, now,
        ));
        Ok(true)
    }
}

/// Locks everybody from whom commission will be taken back when the order is opened, and the buyer: users
/// are locked before orders, the smaller number first.
pub(crate) async fn lock_for_credit(
    tx: &mut dyn UnitOfWork,
    trade_no: &TradeNo,
) -> Result<(), Error> {
    match OrderService.find_credit(tx, trade_no).await? {
        Some(credit) => lock_earners(tx, &credit).await,
        None => Ok(()),
    }
}

/// Locks everybody from whom commission will be taken back when this credit is given, and the buyer.
pub(crate) async fn lock_earners(
    tx: &mut dyn UnitOfWork,
    credit: &OrderCredit,
) -> Result<(), Error> {
    let paid = OrderService.find_paid_sources(tx, credit).await?;
    Ok(CommissionService.lock_paid(tx, credit.buyer, &paid).await?)
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
    take_back_of(tx, &credit, trade_no.as_str(), now)
        .await
        .map(drop)
}

/// Takes the commission back of what becomes credit; `reference` is what gives it. What is not paid yet counts as
/// taken.
pub(crate) async fn take_back_of(
    tx: &mut dyn UnitOfWork,
    credit: &OrderCredit,
    reference: &str,
    now: UnixSeconds,
) -> Result<TakenBack, Error> {
    let from_orders = OrderService.take_commission_back(tx, credit).await?;
    let mut all = TakenBack {
        taken: from_orders.lowered,
        owed: Cents::ZERO,
    };
    for (user, amount) in CommissionService.owed(tx, &from_orders.returns).await? {
        tx.lock_inviter(user).await?;
        let reserved = tx.find_reserved_commission(user).await?;
        let one = CommissionService
            .take_back(tx, user, amount, reserved, reference, now)
            .await?;
        all.taken = sum(all.taken, one.taken)?;
        all.owed = sum(all.owed, one.owed)?;
    }
    Ok(all)
}

fn sum(one: Cents, other: Cents) -> Result<Cents, Error> {
    let sum = one.checked_add(other);
    sum.map_err(|overflow| BillingError::from(overflow).into())
}
