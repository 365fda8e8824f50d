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
        let tries = [(CounterName::wrong_coupons(user), WRONG_CODES)];
        self.0
            .look_at_attempts_first(&tries, Attempt::Coupon)
            .await?;
        let store = &self.0.ports.store;
        let now = self.0.ports.clock.now();
        let Some(coupon) = store.find_coupon_view(code).await? else {
            self.0.count_attempt_apart(&tries, Attempt::Coupon).await?;
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
