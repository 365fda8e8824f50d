//! Coupons, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{
    Coupon, CouponCode, CouponService, CouponTerms, NewCodes, NewCoupons, Period,
};
use ferroboard_kernel::{CouponId, PlanId, Zone};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// The coupons as a list, the newest first.
pub const COUPONS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("name"),
        Column::text("code"),
        Column::number("type"),
        Column::number("value"),
        Column::flag("show"),
        Column::number("limit_use"),
        Column::number("started_at"),
        Column::number("ended_at"),
        Column::number("created_at"),
    ],
    words: Words::Plain,
    joins: false,
    order: &[("created_at", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// The coupons.
pub struct CouponOffers(pub(crate) AdminContext);

impl CouponOffers {
    /// The zone in which administrators read times.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// The coupons that are asked for.
    pub async fn list(&self, request: ListRequest) -> Result<Found<Coupon>, Error> {
        Ok(self.0.ports.store.admin()?.list_coupons(&request).await?)
    }

    /// Makes coupons, alike but for their codes, which may be used at once or are not shown yet.
    pub async fn create(
        &self,
        terms: CouponTerms,
        codes: NewCodes,
        show: bool,
        change: Change,
    ) -> Result<NewCoupons, Error> {
        change!(change, |tx| {
            let (random, now) = (self.0.ports.random.as_ref(), self.0.ports.clock.now());
            let (terms, codes) = (terms.clone(), codes.clone());
            let made = CouponService.create(tx, terms, codes, show, random, now);
            let made = made.await?;
            let codes: Vec<&str> = made.codes.iter().map(CouponCode::as_str).collect();
            let codes = AuditChange::of("codes", Value::Null, Value::from(codes));
            (made, codes)
        })
    }

    /// Changes what is said about a coupon; without a code it keeps its own.
    pub async fn change(
        &self,
        id: CouponId,
        terms: CouponTerms,
        code: Option<CouponCode>,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let changed = CouponService.change(tx, id, code.as_ref(), &terms, now);
            let (before, after) = changed.await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Lets a coupon be used or no longer, as `turn` decides by what it was.
    pub async fn show(
        &self,
        id: CouponId,
        turn: impl Fn(bool) -> bool + Send + Sync,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = CouponService.show(tx, id, &turn, now).await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Deletes a coupon.
    pub async fn delete(&self, id: CouponId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let coupon = CouponService.delete(tx, id).await?;
            AuditChange::between(&shown(&coupon), &Value::Null)
        })
    }
}

/// What the record says of a coupon.
fn shown(coupon: &Coupon) -> Value {
    let plans = coupon.limit_plans.iter().flatten();
    let periods = coupon.limit_periods.iter().flatten();
    json!({
        "code": coupon.code,
        "name": coupon.name,
        "type": coupon.discount.code(),
        "value": coupon.discount.value(),
        "show": coupon.show,
        "limit_use": coupon.limit_use,
        "limit_use_with_user": coupon.limit_use_with_user,
        "limit_plan_ids": plans.map(|plan| PlanId::get(*plan)).collect::<Vec<_>>(),
        "limit_period": periods.map(|period| Period::key(*period)).collect::<Vec<_>>(),
        "started_at": coupon.started_at.get(),
        "ended_at": coupon.ended_at.get(),
    })
}
