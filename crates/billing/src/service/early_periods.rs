use ferroboard_kernel::{UnixSeconds, UserId};

use super::TrafficService;
use super::packages::follow;
use crate::{
    BillingError, BillingPolicy, BillingTx, EarlyPeriod, QuotaEvent, ResetCause, ResetSource,
};

impl TrafficService {
    /// Begins the next period of a user's subscription now, for the rest of this one: it ends earlier, and its
    /// traffic is counted anew. Of many who try at once one does.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`]; what [`EarlyPeriod::of`] refuses.
    pub async fn begin_next_period(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<EarlyPeriod, BillingError> {
        let buyer = tx.lock_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        let subject = tx.lock_reset_subjects(&[user]).await?.pop();
        let subject = subject.ok_or(BillingError::AccountMissing)?;
        let early = EarlyPeriod::of(&buyer, &subject, policy, now)?;
        if !tx.move_subscription_end(user, early, now).await? {
            return Err(BillingError::TrafficLeft);
        }
        follow(tx, &[user], QuotaEvent::RESET, now).await?;
        let cause = ResetCause {
            source: ResetSource::NewPeriod,
            at: now,
        };
        let resets = [(user, subject.method(policy))];
        tx.insert_traffic_resets(&resets, cause).await?;
        Ok(early)
    }
}
