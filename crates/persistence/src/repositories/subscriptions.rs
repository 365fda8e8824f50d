use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ferroboard_billing::{Subscription, SubscriptionRepository, TrafficReset};
use ferroboard_kernel::{GroupId, StoreError, UnixSeconds, UserId};

use super::SqlTx;
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{v2_traffic_reset_logs as log, v2_user};

#[async_trait]
impl SubscriptionRepository for SqlTx {
    async fn update_subscription(
        &mut self,
        user: UserId,
        subscription: &Subscription,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(user.get())))
            .set((
                v2_user::plan_id.eq(subscription.plan_id.get()),
                v2_user::group_id.eq(subscription.group_id.map(GroupId::get)),
                v2_user::transfer_enable.eq(subscription.transfer_enable),
                v2_user::speed_limit.eq(subscription.speed_limit),
                v2_user::device_limit.eq(subscription.device_limit),
                v2_user::expired_at.eq(subscription.expired_at.map(UnixSeconds::get)),
                v2_user::next_reset_at.eq(subscription.next_reset_at.map(UnixSeconds::get)),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn insert_traffic_reset(&mut self, reset: &TrafficReset) -> Result<bool, StoreError> {
        let shown = self.zone.wall_clock(reset.at);
        let written: Result<bool, Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table
                .filter(v2_user::id.eq(reset.user.get()))
                .select((v2_user::u, v2_user::d));
            let used = lock!(query)
                .first::<(Int, Int)>(&mut *connection)
                .await
                .optional()?;
            let Some((upload, download)) = used else {
                return Ok(false);
            };
            diesel::update(v2_user::table.filter(v2_user::id.eq(reset.user.get())))
                .set((
                    v2_user::u.eq(0_i64),
                    v2_user::d.eq(0_i64),
                    v2_user::last_reset_at.eq(reset.at.get()),
                    v2_user::reset_count.eq(v2_user::reset_count + 1),
                    v2_user::updated_at.eq(reset.at.get()),
                ))
                .execute(&mut *connection)
                .await?;
            // The new amounts are the columns' default, 0.
            diesel::insert_into(log::table)
                .values((
                    log::user_id.eq(reset.user.get()),
                    log::reset_type.eq(reset.method.log_type()),
                    log::reset_time.eq(shown),
                    log::old_upload.eq(upload.0),
                    log::old_download.eq(download.0),
                    log::old_total.eq(upload.0.saturating_add(download.0)),
                    log::trigger_source.eq(reset.source.as_str()),
                    log::created_at.eq(shown),
                    log::updated_at.eq(shown),
                ))
                .execute(connection)
                .await?;
            Ok(true)
        }
        .await;
        self.settle(written)
    }
}
