//! What an administrator chooses about coupons.

use ferroboard_kernel::{PlanId, Random, UnixSeconds};

use crate::{Coupon, CouponCode, Discount, Period};

/// The largest number that the columns hold.
const LARGEST: i64 = 2_147_483_647;
/// How many characters the columns of texts hold.
const LINE: usize = 255;
/// How many characters a drawn code has.
const DRAWN: usize = 8;

impl CouponCode {
    /// A code that nobody can guess.
    pub fn draw(random: &dyn Random) -> Self {
        Self(random.alphanumeric(DRAWN))
    }

    /// The code as a new coupon may have it: one that its column holds.
    pub fn offered(text: &str) -> Option<Self> {
        Self::parse(text).filter(|code| code.as_str().chars().count() <= LINE)
    }
}

impl Discount {
    /// What a coupon may take off: an amount that the column holds, or 1 to 100 percent.
    pub fn offered(code: i64, value: i64) -> Option<Self> {
        let highest = match code {
            1 => LARGEST,
            2 => 100,
            _ => return None,
        };
        (1..=highest)
            .contains(&value)
            .then(|| Self::from_code(code, value))
    }
}

/// From when until when a coupon may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CouponSpan {
    started_at: UnixSeconds,
    ended_at: UnixSeconds,
}

impl CouponSpan {
    /// The span; `None` where it ends before it has begun, or in times that the columns do not hold.
    pub fn new(started_at: i64, ended_at: i64) -> Option<Self> {
        let fits = 0 <= started_at && started_at < ended_at && ended_at <= LARGEST;
        fits.then(|| Self {
            started_at: UnixSeconds::new(started_at),
            ended_at: UnixSeconds::new(ended_at),
        })
    }

    /// From when.
    pub const fn started_at(self) -> UnixSeconds {
        self.started_at
    }

    /// Until when.
    pub const fn ended_at(self) -> UnixSeconds {
        self.ended_at
    }
}

/// How often a coupon may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseLimit {
    /// Any number of times.
    Unlimited,
    /// So many times.
    Times(i64),
}

impl UseLimit {
    /// So many times; `None` for what the column does not hold.
    pub fn times(count: i64) -> Option<Self> {
        (0..=LARGEST).contains(&count).then_some(Self::Times(count))
    }

    /// As the column holds it.
    pub const fn stored(self) -> Option<i64> {
        match self {
            Self::Unlimited => None,
            Self::Times(count) => Some(count),
        }
    }
}

/// What a coupon is only for; nothing in particular is anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponScope(Vec<String>);

impl CouponScope {
    /// For anything.
    pub const ANY: Self = Self(Vec::new());

    /// Only for these plans, any for none; `None` for more than the column holds.
    pub fn plans(plans: &[PlanId]) -> Option<Self> {
        // As texts, which is how the reference's pages send and compare them.
        Self::of(plans.iter().map(|plan| plan.get().to_string()))
    }

    /// Only for these periods, any for none; `None` for more than the column holds.
    pub fn periods(periods: &[Period]) -> Option<Self> {
        Self::of(periods.iter().map(|period| period.legacy_key().to_owned()))
    }

    fn of(items: impl Iterator<Item = String>) -> Option<Self> {
        let scope = Self(items.collect());
        let fits = scope.stored().is_none_or(|list| list.len() <= LINE);
        fits.then_some(scope)
    }

    /// The numbers of the plans, or the periods by their old names.
    pub fn items(&self) -> &[String] {
        &self.0
    }

    /// As the column holds it: a JSON list, or NULL for anything.
    pub fn stored(&self) -> Option<String> {
        let list = || serde_json::Value::from(self.0.clone()).to_string();
        (!self.0.is_empty()).then(list)
    }
}

/// What an administrator says about a coupon. What is `None` is not said: it stays as it is, and a new
/// coupon is not limited by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponTerms {
    /// Shown to customers; at most 255 characters.
    pub name: String,
    /// What it takes off.
    pub discount: Discount,
    /// When it may be used.
    pub span: CouponSpan,
    /// How many uses are left.
    pub limit_use: Option<UseLimit>,
    /// How often one person may use it.
    pub limit_use_with_user: Option<UseLimit>,
    /// The plans that it is for.
    pub plans: Option<CouponScope>,
    /// The periods that it is for.
    pub periods: Option<CouponScope>,
}

impl CouponTerms {
    /// The coupon with what is said about it, and with another code where there is one.
    pub fn written_to(
        &self,
        coupon: &Coupon,
        code: Option<&CouponCode>,
        at: UnixSeconds,
    ) -> Coupon {
        let limit = |said: Option<UseLimit>, old| said.map_or(old, UseLimit::stored);
        let plans = self.plans.as_ref();
        let periods = self.periods.as_ref();
        Coupon {
            code: code.map_or_else(|| coupon.code.clone(), |code| code.as_str().to_owned()),
            name: self.name.clone(),
            discount: self.discount,
            limit_use: limit(self.limit_use, coupon.limit_use),
            limit_use_with_user: limit(self.limit_use_with_user, coupon.limit_use_with_user),
            limit_plans: plans.map_or_else(
                || coupon.limit_plans.clone(),
                |plans| Coupon::plans_from_json(plans.stored().as_deref()),
            ),
            limit_periods: periods.map_or_else(
                || coupon.limit_periods.clone(),
                |periods| Coupon::periods_from_json(periods.stored().as_deref()),
            ),
            started_at: self.span.started_at,
            ended_at: self.span.ended_at,
            updated_at: at,
            ..coupon.clone()
        }
    }
}

/// The codes of coupons that are to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewCodes {
    /// One coupon with this code.
    Own(CouponCode),
    /// So many coupons with drawn codes.
    Drawn(usize),
}

/// Coupons that are made, alike but for their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCoupons {
    /// What they have in common.
    pub terms: CouponTerms,
    /// A code for each. No other coupon has one of them, in any letter case.
    pub codes: Vec<CouponCode>,
    /// Whether they may be used at once.
    pub show: bool,
    /// When they are made.
    pub at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ferroboard_testing::SeededRandom;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_discount_takes_something_and_no_more_than_all() {
        for (code, value, is_offered) in [
            (1, 1, true),
            (1, LARGEST, true),
            (1, 0, false),
            (1, -1, false),
            (1, LARGEST + 1, false),
            (2, 1, true),
            (2, 100, true),
            (2, 101, false),
            (2, 0, false),
            (0, 5, false),
            (3, 5, false),
        ] {
            let offered = Discount::offered(code, value);
            assert_eq!(offered.is_some(), is_offered, "{code} {value}");
            let stored = offered.map(|offered| (offered.code(), offered.value()));
            assert_eq!(stored, is_offered.then_some((code, value)));
        }
    }

    #[test]
    fn a_span_ends_after_it_begins() {
        for (from, until, is_one) in [
            (0, 1, true),
            (1_704_038_400, LARGEST, true),
            (1, 1, false),
            (2, 1, false),
            (-1, 1, false),
            (1, LARGEST + 1, false),
            (i64::MIN, i64::MAX, false),
        ] {
            assert_eq!(CouponSpan::new(from, until).is_some(), is_one, "{from}");
        }
        let span = CouponSpan::new(3, 4).unwrap();
        assert_eq!((span.started_at().get(), span.ended_at().get()), (3, 4));
    }

    #[test]
    fn limits_are_what_their_columns_hold() {
        assert_eq!(UseLimit::times(0), Some(UseLimit::Times(0)));
        assert_eq!(UseLimit::times(LARGEST).unwrap().stored(), Some(LARGEST));
        assert_eq!(UseLimit::times(-1), None);
        assert_eq!(UseLimit::times(LARGEST + 1), None);
        assert_eq!(UseLimit::Unlimited.stored(), None);
        assert!(CouponCode::offered(&"ü".repeat(LINE)).is_some());
        assert_eq!(CouponCode::offered(&"a".repeat(LINE + 1)), None);
        assert_eq!(CouponCode::offered(" "), None);
    }

    #[test]
    fn scopes_are_written_as_the_reference_writes_them() {
        let plans = [PlanId::new(1), PlanId::new(8)];
        let scope = CouponScope::plans(&plans).unwrap();
        assert_eq!(scope.stored().as_deref(), Some(r#"["1","8"]"#));
        let scope = CouponScope::periods(&[Period::Monthly]).unwrap();
        assert_eq!(scope.stored().as_deref(), Some(r#"["month_price"]"#));
        assert_eq!(scope.items(), ["month_price"]);
        assert_eq!(CouponScope::plans(&[]).unwrap().stored(), None);
        let many: Vec<PlanId> = (1_000..1_050).map(PlanId::new).collect();
        assert_eq!(CouponScope::plans(&many), None);
        assert!(CouponScope::periods(&Period::ALL).is_some());
    }

    #[test]
    fn drawn_codes_differ_and_are_plain() {
        let random = SeededRandom::new(1);
        let codes: HashSet<CouponCode> = (0..1_000).map(|_| CouponCode::draw(&random)).collect();
        assert_eq!(codes.len(), 1_000);
        for code in codes {
            assert_eq!(code.as_str().len(), DRAWN);
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
            assert!(code.as_str().bytes().all(is_plain), "{code:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            plans in proptest::collection::vec(any::<i64>().prop_map(PlanId::new), 0..60),
            periods in proptest::sample::subsequence(Period::ALL.to_vec(), 0..=8),
        ) {
            if let Some(scope) = CouponScope::plans(&plans) {
                let limit = (!plans.is_empty()).then_some(plans);
                let stored = scope.stored();
                prop_assert_eq!(Coupon::plans_from_json(stored.as_deref()), limit);
                prop_assert!(stored.is_none_or(|list| list.len() <= LINE));
            }
            let scope = CouponScope::periods(&periods).unwrap();
            let limit = (!periods.is_empty()).then_some(periods);
            prop_assert_eq!(Coupon::periods_from_json(scope.stored().as_deref()), limit);
        }

        #[test]
        fn an_offered_discount_leaves_a_price_that_is_none_or_more(
            code in 0_i64..4, value in -5_i64..200, price in 0_i64..1_000_000,
        ) {
            use ferroboard_kernel::Cents;
            if let Some(discount) = Discount::offered(code, value) {
                let taken = discount.of(Cents::new(price)).unwrap();
                prop_assert!(taken >= Cents::ZERO && taken <= Cents::new(price));
            }
        }
    }
}
