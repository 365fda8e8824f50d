use ferroboard_kernel::{Cents, CommissionDue, LedgerEntry, LedgerKind, UnixSeconds, UserId};

use crate::commission::shares;
use crate::{CommissionLog, CommissionPolicy, CommissionShare, InviteError, InviteTx};

/// What may be done with commission.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommissionService;

impl CommissionService {
    /// Shares a commission that was taken from its order among the inviters, and logs each share.
    ///
    /// Each share goes to the inviter's commission balance; where the policy says that commission
    /// becomes balance, the caller credits each returned share there, in the same transaction.
    pub async fn pay(
        self,
        tx: &mut dyn InviteTx,
        due: &CommissionDue,
        policy: &CommissionPolicy,
        now: UnixSeconds,
    ) -> Result<Vec<CommissionShare>, InviteError> {
        let chain = climb(tx, due).await?;
        let shares = shares(due, &chain, &policy.shares)?;
        for share in &shares {
            if !policy.to_balance {
                let entry = share.ledger_entry(due, now);
                if !tx.move_commission_balance(&entry).await? {
                    return Err(InviteError::CommissionOutOfRange);
                }
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
    /// The entry of this share, in whichever account it goes to.
    pub fn ledger_entry(&self, due: &CommissionDue, at: UnixSeconds) -> LedgerEntry {
        LedgerEntry {
            user: self.inviter,
            amount: self.amount,
            kind: LedgerKind::Commission,
            reference: due.trade_no.as_str().to_owned(),
            at,
        }
    }
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

/// The inviters of the buyer, nearest first, as far as their accounts exist.
async fn climb(tx: &mut dyn InviteTx, due: &CommissionDue) -> Result<Vec<UserId>, InviteError> {
    let mut chain = Vec::new();
    let mut next = Some(due.inviter);
    while let Some(user) = next.filter(|_| chain.len() < CommissionPolicy::LEVELS) {
        let Some(inviter) = tx.find_inviter(user).await? else {
            break;
        };
        chain.push(inviter.id);
        next = inviter.invited_by;
    }
    Ok(chain)
}
