use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::{
    Cents, CommissionDue, CommissionReturn, LedgerEntry, LedgerKind, MoneyOverflow, TradeNo,
    UnixSeconds, UserId,
};

use crate::commission::shares;
use crate::{
    CommissionDebt, CommissionLog, CommissionPolicy, CommissionShare, InviteError, InviteTx,
    TakenBack,
};

/// What may be done with commission.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommissionService;

impl CommissionService {
    /// Locks the accounts of an order's inviters, the smaller number first, and names them, nearest
    /// first. To be called before the order is locked.
    pub async fn lock_inviters(
        self,
        tx: &mut dyn InviteTx,
        inviter: UserId,
    ) -> Result<Vec<UserId>, InviteError> {
        let chain = climb(tx, inviter).await?;
        lock_all(tx, &chain).await?;
        Ok(chain)
    }

    /// Shares a commission that was taken from its order among the inviters, nearest first, whom
    /// [`Self::lock_inviters`] locked, and logs each share. What an inviter owes is kept back.
    ///
    /// The rest of each share goes to the inviter's commission balance; where the policy says that
    /// commission becomes balance, the caller credits it there, in the same transaction.
    pub async fn pay(
        self,
        tx: &mut dyn InviteTx,
        due: &CommissionDue,
        chain: &[UserId],
        policy: &CommissionPolicy,
        now: UnixSeconds,
    ) -> Result<Vec<CommissionShare>, InviteError> {
        let mut shares = shares(due, chain, &policy.shares)?;
        for share in &mut shares {
            let owed = tx.find_commission_debt(share.inviter).await?;
            share.withheld = owed.max(Cents::ZERO).min(share.amount);
            if share.withheld > Cents::ZERO {
                let less = Cents::ZERO.checked_sub(share.withheld)?;
                let reference = due.trade_no.as_str();
                note_debt(tx, share.inviter, less, reference, now).await?;
            }
            if !policy.to_balance
                && let Some(entry) = share.ledger_entry(due, now)?
                && !tx.move_commission_balance(&entry).await?
            {
                return Err(InviteError::CommissionOutOfRange);
            }
            let log = CommissionLog {
                inviter: share.inviter,
                buyer: due.buyer,
                trade_no: due.trade_no.clone(),
                order_amount: due.order_amount,
                amount: share.amount,
                at: now,
            };
            tx.insert_commission_log(&log).await?;
        }
        Ok(shares)
    }

    /// Locks the accounts of everybody who was paid for these orders, and of the buyer, the smaller
    /// number first. To be called before an order is locked.
    pub async fn lock_paid(
        self,
        tx: &mut dyn InviteTx,
        buyer: UserId,
        orders: &[TradeNo],
    ) -> Result<(), InviteError> {
        let mut users = vec![buyer];
        for trade_no in orders {
            let shares = tx.list_commission_shares(trade_no).await?;
            users.extend(shares.into_iter().map(|(inviter, _)| inviter));
        }
        lock_all(tx, &users).await
    }

    /// How much is to be taken back of each inviter, by inviter.
    pub async fn owed(
        self,
        tx: &mut dyn InviteTx,
        returns: &[CommissionReturn],
    ) -> Result<Vec<(UserId, Cents)>, InviteError> {
        let mut owed: BTreeMap<UserId, Cents> = BTreeMap::new();
        for returned in returns {
            for (inviter, paid) in tx.list_commission_shares(&returned.trade_no).await? {
                let amount = returned.share.of(paid)?;
                let so_far = owed.entry(inviter).or_default();
                *so_far = so_far.checked_add(amount)?;
            }
        }
        owed.retain(|_, amount| *amount > Cents::ZERO);
        Ok(owed.into_iter().collect())
    }

    /// Moves a commission balance by what an administrator wants.
    ///
    /// # Errors
    ///
    /// [`InviteError::CommissionOutOfRange`] where it would be none that the database holds.
    pub async fn adjust_commission(
        self,
        tx: &mut dyn InviteTx,
        entry: &LedgerEntry,
    ) -> Result<(), InviteError> {
        if tx.move_commission_balance(entry).await? {
            Ok(())
        } else {
            Err(InviteError::CommissionOutOfRange)
        }
    }

    /// Takes commission back from a user: out of the commission balance, except what a withdrawal
    /// reserves, as far as that reaches. The rest is noted, and kept back from what the user earns next.
    /// `reference` is what gave the credit; nothing is taken twice for it.
    pub async fn take_back(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        amount: Cents,
        reserved: Cents,
        reference: &str,
        now: UnixSeconds,
    ) -> Result<TakenBack, InviteError> {
        let held = tx.lock_commission_balance(user).await?;
        // Of an account that is gone there is nothing to take, and nothing will come.
        let Some(held) = held else {
            return Ok(TakenBack::default());
        };
        let free = held.checked_sub(reserved)?.max(Cents::ZERO);
        let taken = amount.min(free);
        if taken > Cents::ZERO {
            take(tx, user, taken, LedgerKind::Clawback, reference, now).await?;
        }
        let owed = amount.checked_sub(taken)?;
        if owed > Cents::ZERO {
            note_debt(tx, user, owed, reference, now).await?;
        }
        Ok(TakenBack { taken, owed })
    }

    /// Locks the user's row and reads the commission balance, of which a part may be reserved.
    pub async fn lock_balance(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
    ) -> Result<Cents, InviteError> {
        let held = tx.lock_commission_balance(user).await?;
        held.ok_or(InviteError::AccountMissing)
    }

    /// Takes `amount`, which must be positive, out of the commission balance of a user to turn it
    /// into balance, except what is reserved; the caller read that behind the lock of
    /// [`Self::lock_balance`]. The caller credits the balance in the same transaction, with an entry
    /// of the same `reference`, which must be new.
    ///
    /// # Errors
    ///
    /// [`InviteError::AmountOutOfRange`] for nothing or less, [`InviteError::CommissionInsufficient`] for more than
    /// there is, [`InviteError::CommissionReserved`] for what a withdrawal holds.
    pub async fn transfer_out(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        amount: Cents,
        reserved: Cents,
        reference: &str,
        now: UnixSeconds,
    ) -> Result<(), InviteError> {
        let held = self.lock_balance(tx, user).await?;
        if amount <= Cents::ZERO {
            return Err(InviteError::AmountOutOfRange);
        }
        if amount > held {
            return Err(InviteError::CommissionInsufficient);
        }
        if amount > held.checked_sub(reserved)? {
            return Err(InviteError::CommissionReserved);
        }
        take(tx, user, amount, LedgerKind::Transfer, reference, now).await
    }

    /// Takes `amount`, which must be positive, out of the commission balance of a user because it was
    /// paid out. `reference` names the withdrawal.
    pub async fn pay_out(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        amount: Cents,
        reference: &str,
        now: UnixSeconds,
    ) -> Result<(), InviteError> {
        self.lock_balance(tx, user).await?;
        take(tx, user, amount, LedgerKind::Withdrawal, reference, now).await
    }
}

impl CommissionShare {
    /// The entry of this share, in whichever account it goes to; `None` where all of it is kept back.
    pub fn ledger_entry(
        &self,
        due: &CommissionDue,
        at: UnixSeconds,
    ) -> Result<Option<LedgerEntry>, MoneyOverflow> {
        let amount = self.amount.checked_sub(self.withheld)?;
        Ok((amount > Cents::ZERO).then(|| LedgerEntry {
            user: self.inviter,
            amount,
            kind: LedgerKind::Commission,
            reference: due.trade_no.as_str().to_owned(),
            at,
        }))
    }
}

/// Notes that the user owes this much more; negative: less.
async fn note_debt(
    tx: &mut dyn InviteTx,
    user: UserId,
    amount: Cents,
    reference: &str,
    at: UnixSeconds,
) -> Result<(), InviteError> {
    let debt = CommissionDebt {
        user,
        amount,
        reference: reference.to_owned(),
        at,
    };
    Ok(tx.insert_commission_debt(&debt).await?)
}

/// Locks accounts as far as they exist, the smaller number first.
async fn lock_all(tx: &mut dyn InviteTx, users: &[UserId]) -> Result<(), InviteError> {
    let users: BTreeSet<UserId> = users.iter().copied().collect();
    for user in users {
        tx.lock_inviter(user).await?;
    }
    Ok(())
}

/// Takes a positive amount, if there is so much.
async fn take(
    tx: &mut dyn InviteTx,
    user: UserId,
    amount: Cents,
    kind: LedgerKind,
    reference: &str,
    now: UnixSeconds,
) -> Result<(), InviteError> {
    let entry = LedgerEntry {
        user,
        amount: Cents::ZERO.checked_sub(amount)?,
        kind,
        reference: reference.to_owned(),
        at: now,
    };
    if tx.move_commission_balance(&entry).await? {
        Ok(())
    } else {
        Err(InviteError::CommissionInsufficient)
    }
}

/// The inviter and those above, nearest first, as far as their accounts exist.
async fn climb(tx: &mut dyn InviteTx, inviter: UserId) -> Result<Vec<UserId>, InviteError> {
    let mut chain = Vec::new();
    let mut next = Some(inviter);
    while let Some(user) = next.filter(|_| chain.len() < CommissionPolicy::LEVELS) {
        let Some(inviter) = tx.find_inviter(user).await? else {
            break;
        };
        chain.push(inviter.id);
        next = inviter.invited_by;
    }
    Ok(chain)
}
