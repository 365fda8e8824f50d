mod tags;
mod terms;

use ferroboard_kernel::{Cents, GroupId, PlanId, UnixSeconds};

pub use self::tags::Tags;
pub use self::terms::PlanTerms;

use crate::{BillingError, Buyer, Period, PriceList, ResetMethod};

/// An amount of traffic in the unit of `v2_plan.transfer_enable`: 1 GB is 1,073,741,824 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Gigabytes(i64);

impl Gigabytes {
    /// This many gigabytes.
    pub const fn new(gigabytes: i64) -> Self {
        Self(gigabytes)
    }

    /// The number of gigabytes.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount in bytes, as `v2_user.transfer_enable` holds it; the largest number where it
    /// would not fit.
    pub const fn bytes(self) -> i64 {
        self.0.saturating_mul(1_073_741_824)
    }
}

/// A row of `v2_plan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The row.
    pub id: PlanId,
    /// Which nodes its subscribers may use.
    pub group_id: Option<GroupId>,
    /// Traffic for one period.
    pub traffic: Gigabytes,
    /// Shown to customers.
    pub name: String,
    /// What it costs, as far as it is sold.
    pub prices: PriceList,
    /// Whether new customers may buy it.
    pub sell: bool,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// Whether it is listed.
    pub show: bool,
    /// Its place in the list.
    pub sort: Option<i64>,
    /// Whether subscribers may renew it.
    pub renew: bool,
    /// Description (HTML or Markdown), with placeholders.
    pub content: Option<String>,
    /// Shown to customers beside its name.
    pub tags: Tags,
    /// When its traffic is counted anew; `None` follows the site setting.
    pub reset_method: Option<ResetMethod>,
    /// How many may subscribe: `None` any number, 0 or less nobody.
    pub capacity_limit: Option<i64>,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

/// The switches of a plan; `None` leaves one as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanOffer {
    /// Whether it is listed.
    pub show: Option<bool>,
    /// Whether new customers may buy it.
    pub sell: Option<bool>,
    /// Whether subscribers may renew it.
    pub renew: Option<bool>,
}

/// Why a plan cannot be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanReference {
    /// An order is for it.
    Order,
    /// A user has it.
    User,
}

/// What of this domain is in a permission group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupReference {
    /// A plan gives it.
    Plan,
    /// A user is in it.
    User,
}

/// How many may still subscribe to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Any number.
    Unlimited,
    /// This many; none when it is not positive.
    Left(i64),
}

impl Places {
    /// What is left of a limit when so many places are taken.
    pub const fn of(limit: Option<i64>, taken: i64) -> Self {
        match limit {
            None => Self::Unlimited,
            Some(limit) => Self::Left(limit.saturating_sub(taken)),
        }
    }

    /// Whether nobody else may subscribe.
    pub const fn is_none(self) -> bool {
        matches!(self, Self::Left(left) if left <= 0)
    }
}

impl Plan {
    /// Whether it is shown to everybody as something to buy.
    pub const fn is_listed(&self, places: Places) -> bool {
        self.show && self.sell && !places.is_none()
    }

    /// Whether the user may look at it by its number: subscribers may while it can be renewed,
    /// others while it is listed.
    pub fn is_visible_to(&self, plan_of_user: Option<PlanId>, places: Places) -> bool {
        if plan_of_user == Some(self.id) {
            self.renew
        } else {
            self.is_listed(places)
        }
    }

    /// Whether an order of the buyer takes one of its places: subscribers have theirs.
    pub fn needs_place(&self, buyer: &Buyer, period: Period) -> bool {
        period != Period::ResetTraffic && buyer.plan_id != Some(self.id)
    }

    /// Whether the buyer may order it for the period: the first rule that refuses it answers.
    pub fn check_sale(
        &self,
        buyer: &Buyer,
        period: Period,
        places: Places,
        now: UnixSeconds,
    ) -> Result<Cents, BillingError> {
        let price = self.prices.of(period);
        let price = price.ok_or(BillingError::PeriodNotSold)?;
        let is_own = buyer.plan_id == Some(self.id);
        if period == Period::ResetTraffic {
            return if is_own && buyer.is_available(now) {
                Ok(price)
            } else {
                Err(BillingError::TrafficResetRefused)
            };
        }
        let is_closed = !is_own && (places.is_none() || !self.show || !self.sell);
        if is_closed || (!self.show && !self.renew) {
            return Err(BillingError::PlanSoldOut);
        }
        if is_own && !self.renew {
            return Err(BillingError::PlanNotRenewable);
        }
        if !self.show && !buyer.is_available(now) {
            return Err(BillingError::SubscriptionExpired);
        }
        Ok(price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{a_buyer, a_plan};

    const NOW: UnixSeconds = UnixSeconds::new(1_700_000_000);

    fn refusal(plan: &Plan, buyer: &Buyer, period: Period, places: Places) -> BillingError {
        plan.check_sale(buyer, period, places, NOW).unwrap_err()
    }

    #[test]
    fn everybody_may_buy_what_is_listed() {
        let price = a_plan(1).check_sale(&a_buyer(7), Period::Monthly, Places::Left(1), NOW);
        assert_eq!(price, Ok(Cents::new(990)));
    }

    #[test]
    fn the_rules_of_sale_refuse_in_their_order() {
        let stranger = a_buyer(7);
        let subscriber = Buyer {
            plan_id: Some(PlanId::new(1)),
            transfer_enable: 1,
            expired_at: Some(UnixSeconds::new(1_800_000_000)),
            ..a_buyer(7)
        };
        let expired = Buyer {
            expired_at: Some(NOW),
            ..subscriber.clone()
        };
        let plan = a_plan(1);
        let (month, any) = (Period::Monthly, Places::Unlimited);
        assert_eq!(
            refusal(&plan, &stranger, Period::Yearly, any),
            BillingError::PeriodNotSold
        );
        assert_eq!(
            refusal(&plan, &stranger, Period::ResetTraffic, any),
            BillingError::PeriodNotSold
        );
        let resettable = Plan {
            prices: PriceList::from_json(Some(r#"{"reset_traffic": 1}"#)),
            ..a_plan(1)
        };
        for buyer in [&stranger, &expired] {
            let refused = refusal(&resettable, buyer, Period::ResetTraffic, any);
            assert_eq!(refused, BillingError::TrafficResetRefused);
        }
        assert_eq!(
            refusal(&plan, &stranger, month, Places::Left(0)),
            BillingError::PlanSoldOut
        );
        let unsold = Plan {
            sell: false,
            ..a_plan(1)
        };
        assert_eq!(
            refusal(&unsold, &stranger, month, any),
            BillingError::PlanSoldOut
        );
        let hidden = Plan {
            show: false,
            ..a_plan(1)
        };
        assert_eq!(
            refusal(&hidden, &stranger, month, any),
            BillingError::PlanSoldOut
        );
        assert_eq!(
            refusal(&hidden, &expired, month, any),
            BillingError::SubscriptionExpired
        );
        let ended = Plan {
            show: false,
            renew: false,
            ..a_plan(1)
        };
        assert_eq!(
            refusal(&ended, &subscriber, month, any),
            BillingError::PlanSoldOut
        );
        let once = Plan {
            renew: false,
            ..a_plan(1)
        };
        assert_eq!(
            refusal(&once, &expired, month, any),
            BillingError::PlanNotRenewable
        );
        for plan in [&plan, &unsold, &hidden] {
            let sold = plan.check_sale(&subscriber, month, Places::Left(-1), NOW);
            assert_eq!(sold, Ok(Cents::new(990)));
        }
    }

    #[test]
    fn places_run_out() {
        assert!(!Places::of(None, 1_000).is_none());
        assert!(!Places::of(Some(2), 1).is_none());
        assert!(Places::of(Some(2), 2).is_none());
        assert!(Places::of(Some(0), 0).is_none());
        assert!(Places::of(Some(-1), 0).is_none());
    }

    #[test]
    fn a_gigabyte_is_two_to_the_thirtieth_bytes() {
        assert_eq!(Gigabytes::new(100).bytes(), 107_374_182_400);
        assert_eq!(Gigabytes::new(i64::MAX).bytes(), i64::MAX);
    }
}
