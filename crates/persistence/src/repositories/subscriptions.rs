use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ferroboard_billing::{Subscription, SubscriptionRepository};
use ferroboard_kernel::{GroupId, StoreError, UnixSeconds, UserId};

use super::SqlTx;
use crate::schema::v2_user;

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
}
