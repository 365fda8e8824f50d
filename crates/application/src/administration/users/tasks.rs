//! What is done with many users: in batches, each its own transaction, so that a process that dies leaves
//! off between two of them and another goes on there.

use async_trait::async_trait;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};

use super::scope::UserScope;

/// What is done with many users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserWork {
    /// They are banned, but for administrators.
    Ban,
    /// Their traffic is counted anew, where a subscription runs.
    Reset,
    /// Each is mailed this.
    Mail {
        /// The subject, with placeholders.
        subject: String,
        /// The content, a plain text with placeholders.
        content: String,
    },
}

/// How long a process holds a task without finishing a batch.
const LEASE: Seconds = Seconds::minutes(2);

/// Work on many users, as far as it has come (a row of `ferro_user_task`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTask {
    /// The row; 0 before there is one.
    pub id: i64,
    /// What is done.
    pub work: UserWork,
    /// With whom.
    pub scope: UserScope,
    /// Who wants it.
    pub admin: UserId,
    /// The last user that is done.
    pub position: Option<UserId>,
    /// Users with whom something was done.
    pub done: i64,
    /// The process that carries it out.
    pub holder: String,
    /// Until when that process holds it without finishing a batch.
    pub leased_until: UnixSeconds,
    /// When it was wanted.
    pub created_at: UnixSeconds,
    /// When it ended; none while it is under way, or was left behind.
    pub finished_at: Option<UnixSeconds>,
}

impl UserTask {
    /// Work that this process begins now.
    pub fn new(
        work: UserWork,
        scope: UserScope,
        admin: UserId,
        holder: &str,
        now: UnixSeconds,
    ) -> Self {
        Self {
            id: 0,
            work,
            scope,
            admin,
            position: None,
            done: 0,
            holder: holder.to_owned(),
            leased_until: now.plus(LEASE),
            created_at: now,
            finished_at: None,
        }
    }

    /// Whether a process carries it out.
    pub fn is_held_at(&self, now: UnixSeconds) -> bool {
        self.leased_until.holds_at(now, LEASE)
    }

    /// The same held on by a process.
    #[must_use]
    pub fn held_by(self, holder: &str, now: UnixSeconds) -> Self {
        Self {
            holder: holder.to_owned(),
            leased_until: now.plus(LEASE),
            ..self
        }
    }
}

/// Work on many users (`ferro_user_task`).
#[async_trait]
pub trait UserTaskRepository: Send {
    /// Inserts a task; its number.
    async fn insert_user_task(&mut self, task: &UserTask) -> Result<i64, StoreError>;

    /// The task, locked until the transaction ends. Of two transactions that decide who carries it on the
    /// second MUST wait here, or be refused.
    async fn lock_user_task(&mut self, id: i64) -> Result<Option<UserTask>, StoreError>;

    /// The numbers of those that have not ended, oldest first, at most 100.
    async fn list_open_user_tasks(&mut self) -> Result<Vec<i64>, StoreError>;

    /// Writes how far a task has come, and who holds it.
    async fn update_user_task(&mut self, task: &UserTask) -> Result<(), StoreError>;
}
