//! What jobs need of the database.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

/// The state of a scheduled job (`ferro_job`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobState {
    /// The process that runs it.
    pub holder: Option<String>,
    /// Until when that process holds it without renewing, by the database's clock.
    pub leased_until: UnixSeconds,
    /// When a run last began, by the same clock.
    pub last_started_at: Option<UnixSeconds>,
    /// When a run last ended well.
    pub last_finished_at: Option<UnixSeconds>,
    /// What the last run failed with, if it failed.
    pub last_error: Option<String>,
}

/// Scheduled jobs, so that of several processes one runs each.
#[async_trait]
pub trait JobRepository: Send {
    /// The job's state, locked; a job that was never seen gets a row first. Two transactions MUST
    /// NOT hold the same job's lock at once.
    async fn lock_job(&mut self, name: &str) -> Result<JobState, StoreError>;

    /// What time it is by the database's clock, which all processes share.
    async fn find_time(&mut self) -> Result<UnixSeconds, StoreError>;

    /// Writes the state of a job that this transaction has locked, if it still is held by whom and
    /// until when `from` says; `false` when it is not. MUST be one statement that writes the row.
    async fn move_job(
        &mut self,
        name: &str,
        from: &JobState,
        to: &JobState,
    ) -> Result<bool, StoreError>;

    /// Deletes what has run out before `before` from `ferro_counter`, `ferro_email_code` and
    /// `ferro_login_token`, up to `limit` rows of each; how many rows.
    async fn delete_expired(&mut self, before: UnixSeconds, limit: u32) -> Result<u64, StoreError>;
}

/// What keeps `v2_user` true beside the domains that own its columns.
#[async_trait]
pub trait UpkeepRepository: Send {
    /// Sets `online_count` to 0 where it is more and `last_online_at` is NULL, before, or ahead of `now`
    /// ([`UnixSeconds::elapsed_since`]); of how many users.
    async fn update_stale_online(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// The first `limit` users after the user `after`, by number, who used traffic since then and not
    /// ahead of `now` ([`UnixSeconds::elapsed_since`]), have a quota, have used it up, and are not
    /// suspended.
    async fn list_exhausted_users(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Deletes up to `limit` users who never were anything: no plan, no quota, `expired_at` 0, no
    /// login, no money, no order, nobody whom they invited, no rights; how many.
    async fn delete_unused_users(&mut self, limit: u32) -> Result<u64, StoreError>;
}
