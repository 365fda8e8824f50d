use async_trait::async_trait;
use ferroboard_kernel::{CouponId, StoreError, UnixSeconds, UserId};

use super::tables::HasBilling;
use crate::{
    Coupon, CouponCode, CouponOfferRepository, CouponRepository, CouponTerms, NewCoupons,
    OrderStatus,
};

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

#[async_trait]
impl<T: HasBilling> CouponOfferRepository for T {
    async fn lock_coupon_row(&mut self, id: CouponId) -> Result<Option<Coupon>, StoreError> {
        Ok(self.billing()?.coupons.get(&id).cloned())
    }

    async fn lock_coupon_codes(&mut self) -> Result<(), StoreError> {
        // The one writer there is holds every lock.
        self.billing().map(drop)
    }

    async fn list_coupon_codes(&mut self, codes: &[CouponCode]) -> Result<Vec<String>, StoreError> {
        let stored = self.billing()?.coupons.values().map(|coupon| &coupon.code);
        let is_wanted = |stored: &&String| {
            let mut wanted = codes.iter();
            wanted.any(|code| code.as_str().eq_ignore_ascii_case(stored))
        };
        Ok(stored.filter(is_wanted).cloned().collect())
    }

    async fn insert_coupons(&mut self, new: &NewCoupons) -> Result<(), StoreError> {
        let coupons = &mut self.billing()?.coupons;
        for code in &new.codes {
            let last = coupons.keys().next_back().map_or(0, |id| id.get());
            let empty = Coupon {
                id: CouponId::new(last + 1),
                code: String::new(),
                name: String::new(),
                discount: new.terms.discount,
                show: new.show,
                limit_use: None,
                limit_use_with_user: None,
                limit_plans: None,
                limit_periods: None,
                started_at: new.at,
                ended_at: new.at,
                created_at: new.at,
                updated_at: new.at,
            };
            let coupon = new.terms.written_to(&empty, Some(code), new.at);
            coupons.insert(coupon.id, coupon);
        }
        Ok(())
    }

    async fn update_coupon(
        &mut self,
        id: CouponId,
        code: Option<&CouponCode>,
        terms: &CouponTerms,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let coupon = self.billing()?.coupons.get_mut(&id);
        let found = coupon.is_some();
        if let Some(coupon) = coupon {
            *coupon = terms.written_to(coupon, code, at);
        }
        Ok(found)
    }

    async fn update_coupon_show(
        &mut self,
        id: CouponId,
        show: bool,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let coupon = self.billing()?.coupons.get_mut(&id);
        let found = coupon.is_some();
        if let Some(coupon) = coupon {
            coupon.show = show;
            coupon.updated_at = at;
        }
        Ok(found)
    }

    async fn delete_coupon(&mut self, id: CouponId) -> Result<bool, StoreError> {
        Ok(self.billing()?.coupons.remove(&id).is_some())
    }
}
