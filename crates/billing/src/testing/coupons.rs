use async_trait::async_trait;
use ferroboard_kernel::{CouponId, StoreError, UnixSeconds, UserId};

use super::tables::HasBilling;
use crate::{Coupon, CouponCode, CouponRepository, OrderStatus};

#[async_trait]
impl<T: HasBilling> CouponRepository for T {
    async fn find_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let coupons = &self.billing()?.coupons;
        let exact = coupons.values().find(|coupon| coupon.code == code.as_str());
        let alike = |coupon: &&Coupon| coupon.code.eq_ignore_ascii_case(code.as_str());
        Ok(exact.or_else(|| coupons.values().find(alike)).cloned())
    }

    async fn lock_coupon(&mut self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        self.find_coupon(code).await
    }

    async fn move_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<bool, StoreError> {
        let coupon = self.billing()?.coupons.get_mut(&id);
        let left = coupon.filter(|coupon| coupon.limit_use.is_some_and(|left| left > 0));
        let Some(coupon) = left else { return Ok(false) };
        coupon.limit_use = coupon.limit_use.map(|left| left - 1);
        coupon.updated_at = at;
        Ok(true)
    }

    async fn update_coupon_use(&mut self, id: CouponId, at: UnixSeconds) -> Result<(), StoreError> {
        let coupon = self.billing()?.coupons.get_mut(&id);
        if let Some(coupon) = coupon.filter(|coupon| coupon.limit_use.is_some()) {
            coupon.limit_use = coupon.limit_use.map(|left| left + 1);
            coupon.updated_at = at;
        }
        Ok(())
    }

    async fn count_coupon_uses(
        &mut self,
        user: UserId,
        coupon: CouponId,
    ) -> Result<i64, StoreError> {
        let uses = self.billing()?.orders.values().filter(|order| {
            let is_paid = !matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelled);
            order.user_id == user && order.coupon_id == Some(coupon) && is_paid
        });
        Ok(i64::try_from(uses.count()).unwrap_or(i64::MAX))
    }
}
