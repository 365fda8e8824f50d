//! What screens show of it.

use ferroboard_kernel::{Email, UserId};
use ferroboard_realname::RealNameRecord;

/// A user's submission as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameView {
    /// The user.
    pub user: UserId,
    /// The user's address; none for an account that is gone.
    pub email: Option<Email>,
    /// The submission; none for a user without one.
    pub record: Option<RealNameRecord>,
    /// The address of the administrator who decided.
    pub reviewer: Option<Email>,
}

/// How many users stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RealNameCounts {
    /// Users without a submission.
    pub unsubmitted: i64,
    /// Submissions that wait.
    pub pending: i64,
    /// Users who are verified.
    pub approved: i64,
    /// Submissions that were refused.
    pub rejected: i64,
}
