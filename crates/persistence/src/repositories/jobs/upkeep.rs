use async_trait::async_trait;
use ferroboard_application::UpkeepRepository;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::shadows::shadow_views::NO_SHADOW;
use super::super::sql::bulk::delete_first;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, rows};
use crate::rows::RowId;

/// A user who never was anything. Flags are compared as texts: PostgreSQL reads them as whatever the
/// column is.
const UNUSED: &str = "plan_id IS NULL AND expired_at = 0 AND transfer_enable = 0 \
     AND last_login_at IS NULL AND balance = 0 AND commission_balance = 0 \
     AND is_admin = '0' AND is_staff = '0' \
     AND NOT EXISTS (SELECT 1 FROM v2_order WHERE v2_order.user_id = v2_user.id) \
     AND NOT EXISTS (SELECT 1 FROM v2_user invited WHERE invited.invite_user_id = v2_user.id)";

#[async_trait]
impl UpkeepRepository for SqlTx {
    async fn update_stale_online(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let latest = self.zone.wall_clock(now.latest_start());
        let shown = self.zone.wall_clock(before);
        let statement = format!(
            "UPDATE v2_user SET online_count = 0 WHERE online_count > 0 \
             AND (last_online_at IS NULL OR last_online_at < '{shown}' \
             OR last_online_at > '{latest}')"
        );
        let updated = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(updated).map(rows)
    }

    async fn list_exhausted_users(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError> {
        let query = format!(
            "SELECT id FROM v2_user WHERE t BETWEEN {} AND {} AND id > {} AND transfer_enable > 0 \
             AND {} AND banned = '0' ORDER BY id LIMIT {limit}",
            since.get(),
            now.latest_start().get(),
            after.map_or(i64::MIN, UserId::get),
            sums::of_traffic("v2_user", "u >= transfer_enable - d"),
        );
        let found = diesel::sql_query(query).load::<RowId>(self.open()?).await;
        let found = self.settle(found)?.into_iter();
        Ok(found.map(|row| UserId::new(row.id.0)).collect())
    }

    // Nodes saw none of them: they have no quota.
    async fn delete_unused_users(&mut self, limit: u32) -> Result<u64, StoreError> {
        let statement = delete_first("v2_user", &format!("{UNUSED} AND {NO_SHADOW}"), limit);
        let deleted = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }
}
