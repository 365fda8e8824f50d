use ferroboard_kernel::{Random, Referral, StoreError, UnixSeconds, UserId};

use crate::{InviteError, InvitePolicy, InviteTx};

/// What may be done with invitations.
#[derive(Debug, Clone, Copy, Default)]
pub struct InviteService;

/// How long a code is.
const CODE_LENGTH: usize = 8;
/// How many codes are drawn until one is free. Codes are drawn from 62⁸: a second one is rare.
const DRAWS: usize = 16;

impl InviteService {
    /// Makes a code for the user, unless there are as many unused ones as the policy allows.
    ///
    /// # Errors
    ///
    /// [`InviteError::CodeLimitReached`], [`InviteError::AccountMissing`].
    pub async fn create_code(
        self,
        tx: &mut dyn InviteTx,
        user: UserId,
        policy: InvitePolicy,
        random: &dyn Random,
        now: UnixSeconds,
    ) -> Result<(), InviteError> {
        if !tx.lock_inviter(user).await? {
            return Err(InviteError::AccountMissing);
        }
        if tx.count_unused_invite_codes(user).await? >= policy.code_limit {
            return Err(InviteError::CodeLimitReached);
        }
        for _ in 0..DRAWS {
            let code = random.alphanumeric(CODE_LENGTH);
            if tx.insert_invite_code(user, &code, now).await? {
                return Ok(());
            }
        }
        let reason = "every drawn invitation code was taken".to_owned();
        Err(StoreError::Conflict(reason).into())
    }

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

    /// Who invited the buyer of an order that is placed now, and what that inviter earns. `None` for
    /// a buyer whom nobody invited. An inviter whose account is gone is named without terms; nobody
    /// earns anything from an order of their own.
    pub async fn referral(
        self,
        tx: &mut dyn InviteTx,
        buyer: UserId,
        policy: InvitePolicy,
    ) -> Result<Option<Referral>, InviteError> {
        let invited_by = tx
            .find_inviter(buyer)
            .await?
            .and_then(|buyer| buyer.invited_by);
        let Some(inviter) = invited_by.filter(|inviter| *inviter != buyer) else {
            return Ok(None);
        };
        let found = tx.find_inviter(inviter).await?;
        Ok(Some(Referral {
            inviter,
            terms: found.map(|found| found.terms(&policy)),
        }))
    }
}
