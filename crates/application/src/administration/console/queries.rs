//! What the console reads.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_listing::{Found, ListRequest};

use super::views::{LedgerLine, LoggedMail, SavedView};
use crate::administration::users::tasks::UserTask;

/// What the console reads beside what the operator's API has.
#[async_trait]
pub trait ConsoleQueries: Send + Sync {
    /// The lists that this operator keeps, by list and name; at most 100.
    async fn list_saved_views(&self, admin: UserId) -> Result<Vec<SavedView>, StoreError>;

    /// What is asked of [`LEDGER`](crate::LEDGER).
    async fn list_ledger(&self, request: &ListRequest) -> Result<Found<LedgerLine>, StoreError>;

    /// What is asked of [`MAIL_LOG`](crate::MAIL_LOG).
    async fn list_mails(&self, request: &ListRequest) -> Result<Found<LoggedMail>, StoreError>;

    /// What is asked of [`USER_TASKS`](crate::USER_TASKS). One that cannot be read any more is left out,
    /// and counts.
    async fn list_user_tasks(&self, request: &ListRequest) -> Result<Found<UserTask>, StoreError>;

    /// This work on many users; `None` as well where it cannot be read any more.
    async fn find_user_task(&self, id: i64) -> Result<Option<UserTask>, StoreError>;
}
