//! What is read about real names.

use async_trait::async_trait;
use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_realname::{IdentityHash, RealNameRecord, Status};

/// Which submissions administrators ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RealNameFilter {
    /// Those that stand so; [`Status::Unsubmitted`] lists users without one.
    pub status: Option<Status>,
    /// Those of one user.
    pub user: Option<UserId>,
    /// Those of users whose address contains this.
    pub email: Option<String>,
    /// Those of one identity.
    pub identity: Option<IdentityHash>,
}

/// Screens about real names.
#[async_trait]
pub trait RealNameQueries: Send + Sync {
    /// The user's submission.
    async fn find_real_name(&self, user: UserId) -> Result<Option<RealNameRecord>, StoreError>;

    /// How often an event was counted that is limited and remembered for `window`; 0 for a counter that
    /// has run out, or would later than that.
    async fn count_events(
        &self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError>;

    /// Those of these users, by number, who registered at `registered` or earlier and have no approved
    /// submission, their own or their main account's; administrators only where they need one too.
    async fn list_unverified_users(
        &self,
        users: &[UserId],
        registered: UnixSeconds,
        with_admins: bool,
    ) -> Result<Vec<UserId>, StoreError>;
}
