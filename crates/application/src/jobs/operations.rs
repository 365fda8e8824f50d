//! Long operations of administrators: how far each has come, kept so that a restart loses nothing.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

/// How far a long operation of an administrator has come (a row of `ferro_operation`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperationState {
    /// The process that runs it; none when it is finished or was never started.
    pub holder: Option<String>,
    /// Until when that process holds it without renewing.
    pub leased_until: UnixSeconds,
    /// What it was started with.
    pub argument: i64,
    /// Who started it.
    pub started_by: Option<UserId>,
    /// The last row that is done.
    pub position: i64,
    /// Rows that were looked at.
    pub total: i64,
    /// Rows that were changed.
    pub changed: i64,
    /// Rows that were deleted.
    pub removed: i64,
    /// Rows that could not be done.
    pub failed: i64,
    /// The first of those, at most 50.
    pub failed_ids: Vec<i64>,
    /// When it was started.
    pub started_at: Option<UnixSeconds>,
    /// When it ended; none while it runs.
    pub finished_at: Option<UnixSeconds>,
}

/// Long operations, so that of several processes one runs each, and another takes over what one
/// left behind.
#[async_trait]
pub trait OperationRepository: Send {
    /// The operation as it stands; that of one which never ran is the default.
    async fn find_operation(&mut self, name: &str) -> Result<OperationState, StoreError>;

    /// The operation's state, locked; one that was never seen gets a row first. Two transactions
    /// MUST NOT hold the same operation's lock at once.
    async fn lock_operation(&mut self, name: &str) -> Result<OperationState, StoreError>;

    /// Writes the state of an operation that this transaction has locked.
    async fn update_operation(
        &mut self,
        name: &str,
        state: &OperationState,
    ) -> Result<(), StoreError>;
}
