use ferroboard_kernel::{UnixSeconds, UserId};

use super::SubscriptionService;
use super::packages::{follow, holder_of};
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, Gift, Plan, QuotaEvent, ResetMethod,
    ResetSource, TrafficReset,
};

impl SubscriptionService {
    /// Gives a user what is not bought: first the traffic is counted anew, then the plan or the days
    /// are given, then traffic and devices are added to what there is. The user's money is not
    /// touched.
    ///
    /// Refused where the plan is gone or would be over at once, and where an amount leaves the range
    /// of its column.
    pub async fn give(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        gift: Gift,
        source: ResetSource,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let buyer = tx.lock_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        let running = match buyer.plan_id {
            Some(plan) => tx.find_plan(plan).await?,
            None => None,
        };
        let resets_traffic = gift.resets_traffic && buyer.plan_id.is_some();
        let event = QuotaEvent {
            resets: resets_traffic,
            ended: gift.plan.is_some() && !buyer.is_running(now),
        };
        follow(tx, &[user], event, now).await?;
        if resets_traffic {
            // A plan that is gone has no method.
            let method = running.as_ref().map(|plan| policy.method_of(plan));
            let reset = TrafficReset {
                user,
                method: method.unwrap_or(ResetMethod::Never),
                source,
                at: now,
            };
            tx.insert_traffic_reset(&reset).await?;
        }
        if let Some((plan, days)) = gift.plan {
            let plan = tx
                .find_plan(plan)
                .await?
                .ok_or(BillingError::GiftUnusable)?;
            let (method, zone) = (policy.reset_method, policy.zone);
            let given = Gift::subscription(&plan, days, &buyer, method, now, zone)?;
            let held = holder_of(tx, &buyer).await?.after(QuotaEvent::default());
            let given = given.on_top(held.given)?;
            tx.update_subscription(user, &given, now).await?;
        } else {
            let end = gift.end(&buyer, now);
            if resets_traffic || end != buyer.expired_at {
                let next_reset = next_reset(running.as_ref(), end, policy, now);
                tx.update_subscription_end(user, end, next_reset, now)
                    .await?;
            }
        }
        self.add_quota(tx, &buyer, gift, now).await
    }

    async fn add_quota(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        gift: Gift,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let (traffic, devices) = (gift.traffic.max(0), gift.devices.max(0));
        if traffic == 0 && devices == 0 {
            return Ok(());
        }
        if tx.update_quota(buyer.id, traffic, devices, now).await? {
            Ok(())
        } else {
            Err(BillingError::AmountOutOfRange)
        }
    }
}

/// When a plan's traffic is next counted anew; a user without plan has none to count.
pub(super) fn next_reset(
    plan: Option<&Plan>,
    end: Option<UnixSeconds>,
    policy: &BillingPolicy,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    policy.method_of(plan?).next_reset(end, now, policy.zone)
}
