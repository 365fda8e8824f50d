use async_trait::async_trait;
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_statistics::DaySums;
use ferroboard_statistics::testing::NodeRecord;

/// Reads and writes of what jobs sum up and delete. Every method panics when the database refuses.
#[async_trait]
pub trait UpkeepSeed: Send + Sync {
    /// Adds a row of `v2_stat_server`, of a node of its own.
    async fn insert_node_record(&self, record: &NodeRecord);

    /// How many rows `v2_stat_user` and `v2_stat_server` have.
    async fn count_records(&self) -> (i64, i64);

    /// The rows of `v2_stat` by their day.
    async fn day_records(&self) -> Vec<(UnixSeconds, DaySums)>;

    /// Says how many devices of the user are online, and when that was last heard.
    async fn update_online(&self, user: UserId, count: i64, at: Option<UnixSeconds>);

    /// How many devices of the user are said to be online.
    async fn online(&self, user: UserId) -> i64;

    /// Notes when the user last used traffic.
    async fn update_traffic_time(&self, user: UserId, at: UnixSeconds);

    /// Sets `expired_at` to 0, as administrators' forms of Xboard do.
    async fn update_never_subscribed(&self, user: UserId);

    /// How many raw notices are kept.
    async fn count_raw_notices(&self) -> i64;

    /// How many rows `ferro_session` has.
    async fn count_session_origins(&self) -> i64;
}
