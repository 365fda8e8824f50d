//! What a coupon would do.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, CounterName, Limit};
use ferroboard_billing::{BillingError, Coupon, CouponCode, CouponUse, Period};
use ferroboard_kernel::{PlanId, Seconds, UserId};

use crate::Error;
use crate::process::Core;

/// How many wrong codes a user may try: codes are short enough to be guessed.
const WRONG_CODES: Limit = Limit {
    count: 20,
    window: Seconds::minutes(10),
};

/// The counters of a user's wrong codes.
fn tries(user: UserId) -> [(CounterName, Limit); 1] {
    [(CounterName::wrong_coupons(user), WRONG_CODES)]
}

impl Core {
    /// Refuses when the user has tried too many wrong codes.
    pub(crate) async fn look_at_wrong_coupons(&self, user: UserId) -> Result<(), Error> {
        self.look_at_attempts_first(&tries(user), Attempt::Coupon)
            .await
    }

    /// Counts a wrong code.
    pub(crate) async fn count_wrong_coupon(&self, user: UserId) -> Result<(), Error> {
        self.count_attempt_apart(&tries(user), Attempt::Coupon)
            .await
    }
}

/// Coupons, as customers try them.
pub struct Coupons(pub(crate) Arc<Core>);

impl Coupons {
    /// The coupon, if the user could use it now. Nothing is taken.
    pub async fn check(
        &self,
        user: UserId,
        code: &CouponCode,
        plan: Option<PlanId>,
        period: Option<Period>,
    ) -> Result<Coupon, Error> {
        self.0.look_at_wrong_coupons(user).await?;
        let store = &self.0.ports.store;
        let now = self.0.ports.clock.now();
        let Some(coupon) = store.find_coupon_view(code).await? else {
            self.0.count_wrong_coupon(user).await?;
            return Err(BillingError::CouponInvalid.into());
        };
        let used_by_user = match coupon.limit_use_with_user {
            Some(_) => store.count_coupon_uses_of(user, coupon.id).await?,
            None => 0,
        };
        coupon.check(&CouponUse {
            plan,
            period,
            used_by_user,
            now,
        })?;
        Ok(coupon)
    }
}
