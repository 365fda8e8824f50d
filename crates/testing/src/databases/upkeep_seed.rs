use async_trait::async_trait;
use ferroboard_kernel::{Cents, UnixSeconds, UserId};
use ferroboard_statistics::DaySums;
use ferroboard_statistics::testing::NodeRecord;

use super::SqlSeed;
use crate::contract::UpkeepSeed;

#[async_trait]
impl UpkeepSeed for SqlSeed {
    async fn insert_node_record(&self, record: &NodeRecord) {
        let node = self
            .sql()
            .integer("SELECT COUNT(*) + 1 FROM v2_stat_server")
            .await;
        let statement = format!(
            "INSERT INTO v2_stat_server (server_id, server_type, u, d, record_type, record_at, \
             created_at, updated_at) VALUES ({node}, 'vmess', {}, {}, 'd', {}, {}, 1)",
            record.traffic - 1,
            1,
            record.record_at.get(),
            record.created_at.get(),
        );
        self.sql().execute(&statement).await;
    }

    async fn count_records(&self) -> (i64, i64) {
        let count = async |table: &str| {
            let query = format!("SELECT COUNT(*) FROM {table}");
            self.sql().integer(&query).await
        };
        (count("v2_stat_user").await, count("v2_stat_server").await)
    }

    async fn day_records(&self) -> Vec<(UnixSeconds, DaySums)> {
        let query = "SELECT record_at, order_count, order_total, paid_count, paid_total, \
                     commission_count, commission_total, register_count, invite_count, \
                     transfer_used_total FROM v2_stat WHERE record_type = 'd' ORDER BY record_at";
        let rows = self.sql().rows(query).await.into_iter();
        rows.map(|row| {
            let cells = row.into_iter().map(Option::unwrap_or_default);
            let numbers = cells.map(|cell| match cell.parse::<i64>() {
                Ok(number) => number,
                Err(error) => panic!("{cell}: {error}"),
            });
            let mut numbers = numbers.collect::<Vec<_>>().into_iter();
            let mut next = || numbers.next().unwrap_or_default();
            let record_at = UnixSeconds::new(next());
            let sums = DaySums {
                orders: next(),
                order_total: Cents::new(next()),
                paid_orders: next(),
                paid_total: Cents::new(next()),
                commissions: next(),
                commission_total: Cents::new(next()),
                registrations: next(),
                invitations: next(),
                traffic: next(),
            };
            (record_at, sums)
        })
        .collect()
    }

    async fn update_online(&self, user: UserId, count: i64, at: Option<UnixSeconds>) {
        let statement = format!(
            "UPDATE v2_user SET online_count = {count}, last_online_at = {} WHERE id = {user}",
            self.timestamp(at)
        );
        self.sql().execute(&statement).await;
    }

    async fn online(&self, user: UserId) -> i64 {
        let query = format!("SELECT online_count FROM v2_user WHERE id = {user}");
        self.sql().integer(&query).await
    }

    async fn update_traffic_time(&self, user: UserId, at: UnixSeconds) {
        let statement = format!("UPDATE v2_user SET t = {} WHERE id = {user}", at.get());
        self.sql().execute(&statement).await;
    }

    async fn update_never_subscribed(&self, user: UserId) {
        let statement = format!("UPDATE v2_user SET expired_at = 0 WHERE id = {user}");
        self.sql().execute(&statement).await;
    }

    async fn count_raw_notices(&self) -> i64 {
        self.sql()
            .integer("SELECT COUNT(*) FROM ferro_raw_notice")
            .await
    }

    async fn count_session_origins(&self) -> i64 {
        self.sql()
            .integer("SELECT COUNT(*) FROM ferro_session")
            .await
    }
}
