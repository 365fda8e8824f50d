//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{
    Cents, InviteCodeId, LedgerEntry, StoreError, TradeNo, UnixSeconds, UserId,
};

use crate::{CommissionDebt, CommissionLog, InviteCode, Inviter};

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

    /// How many codes of the user are unused.
    async fn count_unused_invite_codes(&mut self, owner: UserId) -> Result<i64, StoreError>;

    /// Inserts an unused code without views. MUST be one statement that does not end the
    /// transaction when the code is taken (`ON CONFLICT DO NOTHING`, without regard to ASCII
    /// case): then `false`.
    async fn insert_invite_code(
        &mut self,
        owner: UserId,
        code: &str,
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

    /// Locks the user's row and reads the commission balance. `None` when the user is gone.
    async fn lock_commission_balance(&mut self, user: UserId) -> Result<Option<Cents>, StoreError>;

    /// Writes who invited the user.
    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError>;

    /// The user as an inviter, without a lock.
    async fn find_inviter(&mut self, user: UserId) -> Result<Option<Inviter>, StoreError>;

    /// Adds the entry's amount (which may be negative) to the commission balance if the result is
    /// neither negative nor above 2,147,483,647 cents, and appends the entry to the ledger as one of
    /// [`LedgerAccount::Commission`](ferroboard_kernel::LedgerAccount). The change MUST be one
    /// conditional statement. `false`, and nothing written, when it was refused or the user is
    /// gone; [`StoreError::Duplicate`] when the ledger has an entry of the same account, user,
    /// kind and reference. There is no other way to change a commission balance.
    async fn move_commission_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError>;
}

/// Paid commission (`v2_commission_log`).
#[async_trait]
pub trait CommissionLogRepository: Send {
    /// Records one share of an order's commission.
    async fn insert_commission_log(&mut self, log: &CommissionLog) -> Result<(), StoreError>;

    /// What each inviter was paid for the order, by inviter.
    async fn list_commission_shares(
        &mut self,
        trade_no: &TradeNo,
    ) -> Result<Vec<(UserId, Cents)>, StoreError>;
}

/// Commission that is to be taken back and was not there (`ferro_commission_debt`).
#[async_trait]
pub trait CommissionDebtRepository: Send {
    /// How much the user owes: the sum of the rows, never negative. The caller holds the user's lock.
    async fn find_commission_debt(&mut self, user: UserId) -> Result<Cents, StoreError>;

    /// Inserts a row; [`StoreError::Duplicate`] where there is one of the same user, reference and sign.
    async fn insert_commission_debt(&mut self, debt: &CommissionDebt) -> Result<(), StoreError>;
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait InviteTx:
        InviteCodeRepository
        + InviterRepository
        + CommissionLogRepository
        + CommissionDebtRepository
}
