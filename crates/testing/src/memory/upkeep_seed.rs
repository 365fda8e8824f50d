use async_trait::async_trait;
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_statistics::DaySums;
use ferroboard_statistics::testing::NodeRecord;

use super::MemoryStore;
use crate::contract::UpkeepSeed;

fn length<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

#[async_trait]
impl UpkeepSeed for MemoryStore {
    async fn insert_node_record(&self, record: &NodeRecord) {
        self.write(|tables| tables.statistics.node_records.push(*record));
    }

    async fn count_records(&self) -> (i64, i64) {
        self.read(|tables| {
            let nodes = &tables.statistics.node_records;
            (length(&tables.traffic), length(nodes))
        })
    }

    async fn day_records(&self) -> Vec<(UnixSeconds, DaySums)> {
        self.read(|tables| {
            let days = tables.statistics.days.iter();
            days.map(|(day, sums)| (*day, *sums)).collect()
        })
    }

    async fn update_online(&self, user: UserId, count: i64, at: Option<UnixSeconds>) {
        self.write(|tables| {
            let row = &mut tables.user(user).nodes;
            (row.online_count, row.last_online_at) = (Some(count), at);
        });
    }

    async fn online(&self, user: UserId) -> i64 {
        self.read(|tables| {
            let row = tables.users.get(&user);
            row.and_then(|row| row.nodes.online_count).unwrap_or(0)
        })
    }

    async fn update_traffic_time(&self, user: UserId, at: UnixSeconds) {
        self.write(|tables| tables.user(user).nodes.last_traffic_at = at);
    }

    async fn update_never_subscribed(&self, user: UserId) {
        self.write(|tables| {
            tables.user(user).billing.expired_at = Some(UnixSeconds::new(0));
        });
    }

    async fn count_raw_notices(&self) -> i64 {
        self.read(|tables| i64::try_from(tables.billing.raw_notices.len()).unwrap_or(i64::MAX))
    }

    async fn count_session_origins(&self) -> i64 {
        self.read(|tables| {
            let sessions = tables.auth.sessions.values();
            let ours = sessions.filter(|session| session.client.is_some());
            i64::try_from(ours.count()).unwrap_or(i64::MAX)
        })
    }
}
