//! Coupons and the rules that refuse them.

mod terms;

use ferroboard_kernel::{Cents, CouponId, MoneyOverflow, Percent, PlanId, UnixSeconds};

pub use self::terms::{CouponScope, CouponSpan, CouponTerms, NewCodes, NewCoupons, UseLimit};
use crate::{BillingError, Period};

/// The code of a coupon as a customer enters it, without surrounding blanks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CouponCode(String);

impl CouponCode {
    /// The code; `None` for a blank text, which stands for no coupon.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// Type 1: this amount.
    Amount(Cents),
    /// Type 2: so many whole percent of the price.
    Share(i64),
    /// A type that nobody knows takes nothing off.
    Unknown {
        /// The type.
        code: i64,
        /// Its number.
        value: i64,
    },
}

impl Discount {
    /// What the columns `type` and `value` mean.
    pub fn from_code(code: i64, value: i64) -> Self {
        match code {
            1 => Self::Amount(Cents::new(value)),
            2 => Self::Share(value),
            _ => Self::Unknown { code, value },
        }
    }

    /// The column `type`.
    pub const fn code(self) -> i64 {
        match self {
            Self::Amount(_) => 1,
            Self::Share(_) => 2,
            Self::Unknown { code, .. } => code,
        }
    }

    /// The column `value`.
    pub const fn value(self) -> i64 {
        match self {
            Self::Amount(amount) => amount.get(),
            Self::Share(percent) => percent,
            Self::Unknown { value, .. } => value,
        }
    }

    /// What is taken off the price: never negative, never more than the price.
    pub fn of(self, price: Cents) -> Result<Cents, MoneyOverflow> {
        let taken = match self {
            Self::Amount(amount) => amount,
            Self::Share(percent) => {
                price.percent_half_up(Percent::hundredths(percent.saturating_mul(100)))?
            }
            Self::Unknown { .. } => Cents::ZERO,
        };
        Ok(taken.min(price).max(Cents::ZERO))
    }
}

/// A row of `v2_coupon`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// The row.
    pub id: CouponId,
    /// The code as stored.
    pub code: String,
    /// Shown to customers.
    pub name: String,
    /// What it takes off.
    pub discount: Discount,
    /// Whether it may be used.
    pub show: bool,
    /// How many uses are left; `None` is any number.
    pub limit_use: Option<i64>,
    /// How often one person may use it; `None` is any number.
    pub limit_use_with_user: Option<i64>,
    /// The plans that it is for; `None` is any.
    pub limit_plans: Option<Vec<PlanId>>,
    /// The periods that it is for; `None` is any.
    pub limit_periods: Option<Vec<Period>>,
    /// From when it may be used.
    pub started_at: UnixSeconds,
    /// Until when it may be used.
    pub ended_at: UnixSeconds,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

/// What a coupon is wanted for. Asking without a plan or a period leaves out their rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CouponUse {
    /// The plan.
    pub plan: Option<PlanId>,
    /// The period.
    pub period: Option<Period>,
    /// How many orders of the user with this coupon were paid.
    pub used_by_user: i64,
    /// Now.
    pub now: UnixSeconds,
}

impl Coupon {
    /// Whether it may be used so: the first rule that refuses it answers.
    pub fn check(&self, wanted: &CouponUse) -> Result<(), BillingError> {
        if !self.show {
            return Err(BillingError::CouponInvalid);
        }
        if self.limit_use.is_some_and(|left| left <= 0) {
            return Err(BillingError::CouponExhausted);
        }
        if wanted.now < self.started_at {
            return Err(BillingError::CouponNotStarted);
        }
        if wanted.now > self.ended_at {
            return Err(BillingError::CouponExpired);
        }
        if excludes(self.limit_plans.as_deref(), wanted.plan) {
            return Err(BillingError::CouponNotForPlan);
        }
        if excludes(self.limit_periods.as_deref(), wanted.period) {
            return Err(BillingError::CouponNotForPeriod);
        }
        match self.limit_use_with_user {
            Some(limit) if wanted.used_by_user >= limit => {
                Err(BillingError::CouponUsedByUser { limit })
            }
            _ => Ok(()),
        }
    }

    /// Reads `limit_plan_ids`: a JSON list of numbers, or of numbers as texts. An empty list is any
    /// plan; a list of nothing known is none.
    pub fn plans_from_json(stored: Option<&str>) -> Option<Vec<PlanId>> {
        let ids = list(stored)?.into_iter().filter_map(|id| match id {
            serde_json::Value::Number(number) => number.as_i64(),
            serde_json::Value::String(text) => text.trim().parse().ok(),
            _ => None,
        });
        Some(ids.map(PlanId::new).collect())
    }

    /// Reads `limit_period`: a JSON list of periods in either spelling. An empty list is any
    /// period; a list of nothing known is none.
    pub fn periods_from_json(stored: Option<&str>) -> Option<Vec<Period>> {
        let periods = list(stored)?.into_iter();
        Some(
            periods
                .filter_map(|text| Period::parse(text.as_str()?))
                .collect(),
        )
    }
}

/// The items of a limit; none of it where there is no limit. What cannot be read limits to nothing: the
/// other reading would sell everything at the coupon's price.
fn list(stored: Option<&str>) -> Option<Vec<serde_json::Value>> {
    use serde_json::Value;
    let stored = stored?.trim();
    if stored.is_empty() {
        return None;
    }
    let items = match serde_json::from_str(stored) {
        Ok(Value::Null) => return None,
        Ok(Value::Array(items)) if items.is_empty() => return None,
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(items)) => items.into_iter().map(|(_, item)| item).collect(),
        Ok(_) | Err(_) => Vec::new(),
    };
    Some(items)
}

fn excludes<T: PartialEq>(only: Option<&[T]>, wanted: Option<T>) -> bool {
    match (only, wanted) {
        (Some(only), Some(wanted)) => !only.contains(&wanted),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coupon() -> Coupon {
        Coupon {
            id: CouponId::new(1),
            code: "C20".into(),
            name: "20 % off".into(),
            discount: Discount::Share(20),
            show: true,
            limit_use: Some(1),
            limit_use_with_user: Some(1),
            limit_plans: Some(vec![PlanId::new(1)]),
            limit_periods: Some(vec![Period::Monthly]),
            started_at: UnixSeconds::new(100),
            ended_at: UnixSeconds::new(200),
            created_at: UnixSeconds::new(1),
            updated_at: UnixSeconds::new(1),
        }
    }

    fn wanted() -> CouponUse {
        CouponUse {
            plan: Some(PlanId::new(1)),
            period: Some(Period::Monthly),
            used_by_user: 0,
            now: UnixSeconds::new(100),
        }
    }

    #[test]
    fn the_rules_refuse_in_their_order() {
        let mut coupon = coupon();
        let mut wanted = wanted();
        assert_eq!(coupon.check(&wanted), Ok(()));
        // Broken from the last rule to the first, so each must come before those broken earlier.
        wanted.used_by_user = 1;
        assert_eq!(
            coupon.check(&wanted),
            Err(BillingError::CouponUsedByUser { limit: 1 })
        );
        wanted.period = Some(Period::Yearly);
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponNotForPeriod));
        wanted.plan = Some(PlanId::new(2));
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponNotForPlan));
        wanted.now = UnixSeconds::new(201);
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponExpired));
        wanted.now = UnixSeconds::new(99);
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponNotStarted));
        coupon.limit_use = Some(0);
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponExhausted));
        coupon.show = false;
        assert_eq!(coupon.check(&wanted), Err(BillingError::CouponInvalid));
    }

    #[test]
    fn missing_lists_and_unasked_questions_exclude_nothing() {
        let mut coupon = coupon();
        let unasked = CouponUse {
            plan: None,
            period: None,
            ..wanted()
        };
        assert_eq!(coupon.check(&unasked), Ok(()));
        coupon.limit_plans = None;
        coupon.limit_periods = None;
        let other = CouponUse {
            plan: Some(PlanId::new(9)),
            period: Some(Period::OneTime),
            ..wanted()
        };
        assert_eq!(coupon.check(&other), Ok(()));
    }

    #[test]
    fn a_discount_is_never_more_than_the_price() {
        for (code, value, price, taken) in [
            (1, 500, 1_000, 500),
            (1, 12_000, 10_000, 10_000),
            (1, -5, 10_000, 0),
            (2, 20, 10_000, 2_000),
            (2, 33, 999, 330),
            (2, 150, 999, 999),
            (7, 150, 999, 0),
        ] {
            let discount = Discount::from_code(code, value);
            assert_eq!(discount.of(Cents::new(price)), Ok(Cents::new(taken)));
            assert_eq!((discount.code(), discount.value()), (code, value));
        }
    }

    #[test]
    fn stored_lists_are_read_in_every_spelling() {
        assert_eq!(
            Coupon::plans_from_json(Some(r#"["8", 9, null]"#)),
            Some(vec![PlanId::new(8), PlanId::new(9)])
        );
        assert_eq!(
            Coupon::periods_from_json(Some(r#"["year_price","monthly","x"]"#)),
            Some(vec![Period::Yearly, Period::Monthly])
        );
        assert_eq!(Coupon::plans_from_json(None), None);
        assert_eq!(Coupon::plans_from_json(Some("")), None);
        for unreadable in ["[1,", "7", "\"8\"", "{}"] {
            assert_eq!(Coupon::plans_from_json(Some(unreadable)), Some(Vec::new()));
        }
        assert_eq!(
            Coupon::plans_from_json(Some(r#"{"1": "8"}"#)),
            Some(vec![PlanId::new(8)])
        );
        assert_eq!(Coupon::plans_from_json(Some("[]")), None);
        assert_eq!(
            Coupon::periods_from_json(Some(r#"["weekly"]"#)),
            Some(vec![])
        );
        assert_eq!(Coupon::periods_from_json(Some("null")), None);
        assert_eq!(CouponCode::parse("  "), None);
        assert_eq!(CouponCode::parse(" A1 ").unwrap().as_str(), "A1");
    }
}
