use async_trait::async_trait;
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{TrafficLogView, TrafficQueries};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, dialect, reported};
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::v2_stat_user;

/// The most rows that a log shows: 92 days with dozens of rates.
const LIST_LENGTH: i64 = 5_000;
/// The rows that stand for a whole day.
const DAY: &str = "d";

#[async_trait]
impl TrafficQueries for SqlStore {
    async fn list_traffic_log(
        &self,
        user: UserId,
        from: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<TrafficLogView>, StoreError> {
        // A decimal number with two places (on SQLite a floating-point one).
        let hundredths = dialect::whole_parts("v2_stat_user.server_rate", 100);
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, Int, Int, Int, Int)> = v2_stat_user::table
            .filter(v2_stat_user::user_id.eq(user.get()))
            .filter(v2_stat_user::record_type.eq(DAY))
            .filter(v2_stat_user::record_at.ge(from.get()))
            .filter(v2_stat_user::record_at.lt(until.get()))
            .order((v2_stat_user::record_at.desc(), v2_stat_user::id))
            .limit(LIST_LENGTH)
            .select((
                v2_stat_user::id,
                v2_stat_user::u,
                v2_stat_user::d,
                fixed::<BigInt>(hundredths),
                v2_stat_user::record_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let view =
            |(_, upload, download, rate, record_at): (Int, Int, Int, Int, Int)| TrafficLogView {
                user,
                upload: upload.0,
                download: download.0,
                rate: rate.0,
                record_at: UnixSeconds::new(record_at.0),
            };
        Ok(rows.into_iter().map(view).collect())
    }
}
