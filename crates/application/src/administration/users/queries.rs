use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, ListRequest, Page};

use super::columns::UserView;
use super::reset_log::{ResetCounts, ResetFilter, ResetLogView};
use super::scope::UserScope;

/// Users, as administrators manage them.
#[async_trait]
pub trait UserQueries: Send + Sync {
    /// What is asked of [`USERS`](crate::USERS).
    async fn list_users(&self, request: &ListRequest) -> Result<Found<UserView>, StoreError>;

    /// The first users of the scope after this one, by number.
    async fn list_users_after(
        &self,
        scope: &UserScope,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserView>, StoreError>;

    /// One user.
    async fn find_user(&self, user: UserId) -> Result<Option<UserView>, StoreError>;

    /// This page of the resets of traffic that match, the latest first.
    async fn list_traffic_resets(
        &self,
        filter: &ResetFilter,
        page: Page,
    ) -> Result<Found<ResetLogView>, StoreError>;

    /// How many resets there were since then.
    async fn count_traffic_resets(&self, since: UnixSeconds) -> Result<ResetCounts, StoreError>;
}
