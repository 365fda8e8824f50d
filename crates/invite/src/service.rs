use ferroboard_kernel::{Cents, UnixSeconds, UserId};

use crate::{InviteError, InviteTx};

/// Exactly the site settings that this domain reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitePolicy {
    /// `invite_force`: an unknown code refuses the registration instead of being ignored.
    pub code_required: bool,
    /// `invite_never_expire`: a code stays usable after a registration.
    pub codes_are_reusable: bool,
}

/// What may be done with invitations and commission, each over an open transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct InviteService;

impl InviteService {
    /// Takes an invitation code for a registration and returns the inviter. A code that is unknown,
    /// used, or taken by another request at this moment gives nobody, or refuses the registration
    /// where the policy requires a code.
    pub async fn take_code(
        self,
        tx: &mut dyn InviteTx,
        code: &str,
        policy: InvitePolicy,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, InviteError> {
        let found = tx.find_invite_code(code).await?.filter(|code| !code.used);
        let inviter = match found {
            Some(code) if policy.codes_are_reusable => Some(code.owner),
            Some(code) => tx
                .move_invite_code(code.id, now)
                .await?
                .then_some(code.owner),
            None => None,
        };
        if inviter.is_none() && policy.code_required {
            return Err(InviteError::CodeInvalid);
        }
        Ok(inviter)
    }

    /// Counts a view of an invitation link; an unknown code is nothing.
    pub async fn count_view(self, tx: &mut dyn InviteTx, code: &str) -> Result<(), InviteError> {
        if let Some(code) = tx.find_invite_code(code).await? {
            tx.update_invite_code_views(code.id).await?;
        }
        Ok(())
    }

    /// Takes `amount` out of the commission balance of a user, locking the user's row first.
    pub async fn withdraw(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        amount: Cents,
        now: UnixSeconds,
    ) -> Result<(), InviteError> {
        if !tx.lock_inviter(user).await? {
            return Err(InviteError::AccountMissing);
        }
        let debit = Cents::ZERO
            .checked_sub(amount)
            .map_err(|_| InviteError::CommissionInsufficient)?;
        if tx.move_commission_balance(user, debit, now).await? {
            Ok(())
        } else {
            Err(InviteError::CommissionInsufficient)
        }
    }
}
