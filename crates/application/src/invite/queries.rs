//! What is read about invitations.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_listing::{Found, Page};

use crate::invite::views::{CommissionLogView, InviteCodeView, InviteStatistics};

/// Screens about invitations.
#[async_trait]
pub trait InviteQueries: Send + Sync {
    /// The user's unused invitation codes, by id, at most 1,000.
    async fn list_invite_codes(&self, user: UserId) -> Result<Vec<InviteCodeView>, StoreError>;

    /// What the user's invitations brought.
    async fn find_invite_statistics(&self, user: UserId) -> Result<InviteStatistics, StoreError>;

    /// The user's commission log with amounts above zero, newest first (`created_at`, then id, both
    /// descending).
    async fn list_commission_log(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<CommissionLogView>, StoreError>;
}
