//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{Cents, InviteCodeId, StoreError, UnixSeconds, UserId};

use crate::InviteCode;

/// Invitation codes (`v2_invite_code`).
#[async_trait]
pub trait InviteCodeRepository: Send {
    /// The code, matched exactly first and else without regard to ASCII case; of several the one
    /// with the lowest number.
    async fn find_invite_code(&mut self, code: &str) -> Result<Option<InviteCode>, StoreError>;

    /// Marks the code as used if it is unused. `false` means that another request was first.
    async fn move_invite_code(
        &mut self,
        id: InviteCodeId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Counts one more view, used or not. MUST be one atomic statement, and leave `updated_at`.
    async fn update_invite_code_views(&mut self, id: InviteCodeId) -> Result<(), StoreError>;
}

/// The inviter and commission columns of `v2_user`.
#[async_trait]
pub trait InviterRepository: Send {
    /// Locks the user's row for the rest of the transaction. `false` when the user is gone.
    async fn lock_inviter(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// Writes who invited the user.
    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError>;

    /// Adds `amount` (which may be negative) to the commission balance if the result is neither
    /// negative nor above 2,147,483,647 cents. MUST be one conditional statement; `false` when it
    /// was refused or the user is gone.
    async fn move_commission_balance(
        &mut self,
        user: UserId,
        amount: Cents,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait InviteTx: InviteCodeRepository + InviterRepository {}
impl<T: InviteCodeRepository + InviterRepository + ?Sized> InviteTx for T {}
