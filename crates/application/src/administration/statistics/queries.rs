use async_trait::async_trait;
use ferroboard_kernel::{NodeId, StoreError, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_statistics::{Day, DaySums};

use crate::administration::statistics::views::{
    Between, DayRecord, FigureTimes, Figures, InviterRank, NodeRank, UserDayView, UserTraffic,
};

/// The panel in numbers.
#[async_trait]
pub trait FigureQueries: Send + Sync {
    /// All figures, in one statement.
    async fn sum_figures(&self, times: &FigureTimes) -> Result<Figures, StoreError>;

    /// The records of days in this time, the latest so many, the oldest first.
    async fn list_day_records(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<DayRecord>, StoreError>;

    /// What a day brought so far, as its record will say it.
    async fn sum_unrecorded_day(&self, day: Day) -> Result<DaySums, StoreError>;

    /// What the user transferred, the latest day first.
    async fn list_user_days(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<UserDayView>, StoreError>;
}

/// Who is first in what. Of equals the one with the lowest number is.
#[async_trait]
pub trait RankQueries: Send + Sync {
    /// The nodes that carried most in this time, so many at most; those without traffic are left out.
    async fn rank_nodes(&self, period: Between, limit: u32) -> Result<Vec<NodeRank>, StoreError>;

    /// What these nodes carried in this time; those without traffic are left out.
    async fn sum_nodes(
        &self,
        nodes: &[NodeId],
        period: Between,
    ) -> Result<Vec<(NodeId, i64)>, StoreError>;

    /// The users who transferred most in this time, so many at most; those without traffic are left out.
    async fn list_first_users(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<UserTraffic>, StoreError>;

    /// What these users transferred in this time, in any order; those without traffic are left out.
    async fn list_user_traffic(
        &self,
        users: &[UserId],
        period: Between,
    ) -> Result<Vec<UserTraffic>, StoreError>;

    /// The addresses of those of these users that there are, in any order.
    async fn list_emails(&self, users: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError>;

    /// How many rows of users' traffic lie in this time; at most so many are counted.
    async fn count_user_days(&self, period: Between, limit: u32) -> Result<i64, StoreError>;

    /// The users who invited most of those who registered in this time, so many at most.
    async fn rank_inviters(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<InviterRank>, StoreError>;
}
