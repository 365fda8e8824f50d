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

    /// Takes `amount`, which must be positive, out of the commission balance of a user to turn it
    /// into balance. Locks the user's row first. The caller credits the balance in the same
    /// transaction, with an entry of the same `reference`, which must be new.
    pub async fn withdraw(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        amount: Cents,
        reference: &str,
        now: UnixSeconds,
    ) -> Result<(), InviteError> {
        if !tx.lock_inviter(user).await? {
            return Err(InviteError::AccountMissing);
        }
        if amount <= Cents::ZERO {
            return Err(InviteError::AmountOutOfRange);
        }
        let entry = LedgerEntry {
            user,
            amount: Cents::ZERO.checked_sub(amount)?,
            kind: LedgerKind::Transfer,
            reference: reference.to_owned(),
            at: now,
        };
        if tx.move_commission_balance(&entry).await? {
            Ok(())
        } else {
            Err(InviteError::CommissionInsufficient)
        }
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
