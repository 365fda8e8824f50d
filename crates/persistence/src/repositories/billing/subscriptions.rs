use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
};
use ferroboard_billing::{EarlyPeriod, PlanChange, Subscription, SubscriptionRepository};
use ferroboard_kernel::{GroupId, PlanId, StoreError, UnixSeconds, UserId};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::v2_user;

/// The largest number that `device_limit` holds.
const LARGEST_LIMIT: i64 = 2_147_483_647;

#[async_trait]
impl SubscriptionRepository for SqlTx {
    async fn update_subscription(
        &mut self,
        user: UserId,
        subscription: &Subscription,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let own = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::plan_id);
        let found = lock!(own)
            .first::<Option<Int>>(self.open()?)
            .await
            .optional();
        let Some(from) = self.settle(found)? else {
            return Ok(false);
        };
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
        let written = self.settle(updated).map(|count| count == 1);
        if matches!(written, Ok(true)) {
            self.plans.push(PlanChange {
                user,
                from: from.map(|id| PlanId::new(id.0)),
                to: Some(subscription.plan_id),
                expired_at: subscription.expired_at,
            });
        }
        self.touched_if(written, user)
    }

    async fn update_subscription_end(
        &mut self,
        user: UserId,
        expired_at: Option<UnixSeconds>,
        next_reset_at: Option<UnixSeconds>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(user.get())))
            .set((
                v2_user::expired_at.eq(expired_at.map(UnixSeconds::get)),
                v2_user::next_reset_at.eq(next_reset_at.map(UnixSeconds::get)),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        let written = self.settle(updated).map(|count| count == 1);
        self.touched_if(written, user)
    }

    async fn move_subscription_end(
        &mut self,
        user: UserId,
        change: EarlyPeriod,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let used = sums::of_two("v2_user.u", "v2_user.d");
        let used_up = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .filter(v2_user::expired_at.eq(change.ends.get()))
            .filter(v2_user::transfer_enable.gt(0_i64))
            .filter(fixed::<Bool>(format!("{used} >= v2_user.transfer_enable")));
        let moved = diesel::update(used_up)
            .set((
                v2_user::expired_at.eq(change.ends_now.get()),
                v2_user::next_reset_at.eq(change.next_reset_at.map(UnixSeconds::get)),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        let written = self.settle(moved).map(|count| count == 1);
        self.touched_if(written, user)
    }

    async fn update_quota(
        &mut self,
        user: UserId,
        traffic: i64,
        devices: i64,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let (most_traffic, most_devices) = (i64::MAX - traffic, LARGEST_LIMIT - devices);
        let able = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .filter(v2_user::transfer_enable.le(most_traffic))
            .filter(
                v2_user::device_limit
                    .is_null()
                    .or(v2_user::device_limit.le(most_devices)),
            );
        let updated = diesel::update(able)
            .set((
                v2_user::transfer_enable.eq(v2_user::transfer_enable + traffic),
                // NULL stays NULL.
                v2_user::device_limit.eq(v2_user::device_limit + devices),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        let written = self.settle(updated).map(|count| count == 1);
        self.touched_if(written, user)
    }
}
