//! What screens show of it.

use ferroboard_kernel::{Cents, Percent, UnixSeconds, UserId};

/// An unused invitation code as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCodeView {
    /// Whose it is.
    pub user: UserId,
    /// The code.
    pub code: String,
    /// How often its link was looked at.
    pub views: i64,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// What a user's invitations brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InviteStatistics {
    /// Users whom this one invited.
    pub invited: i64,
    /// Commission that was paid, over all levels.
    pub earned: Cents,
    /// Commission of completed orders that is not confirmed yet (status 3, commission status 0).
    pub pending: Cents,
    /// The user's own rate.
    pub rate: Option<Percent>,
    /// What can be withdrawn or transferred.
    pub available: Cents,
}

/// A paid commission as the inviter sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionLogView {
    /// The row of `v2_commission_log`.
    pub id: i64,
    /// The number of the order.
    pub trade_no: String,
    /// What was left to pay of the order.
    pub order_amount: Cents,
    /// What the inviter got.
    pub amount: Cents,
    /// When it was paid.
    pub created_at: UnixSeconds,
}
