//! Traffic that is sold beside plans.

pub(crate) mod quota;

use ferroboard_kernel::{Cents, OrderId, PackageId, PlanId, UnixSeconds, UserId};

use crate::pricing::LARGEST_AMOUNT;
use crate::{BillingError, Buyer, Gigabytes};

/// How long a package gives what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageEnd {
    /// Until the traffic is next counted anew.
    Reset,
    /// Until the subscription has ended.
    SubscriptionEnd,
    /// Until it is used up.
    UsedUp,
}

impl PackageEnd {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Reset, Self::SubscriptionEnd, Self::UsedUp];

    /// The spelling in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::SubscriptionEnd => "end",
            Self::UsedUp => "used_up",
        }
    }

    /// The one with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.as_str() == text)
    }
}

/// What an administrator says about a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageTerms {
    /// Shown to customers.
    pub name: String,
    /// How much it gives; at least 1 GB, at most [`Self::MOST_TRAFFIC`].
    pub traffic: Gigabytes,
    /// What it costs; never negative, at most [`Self::MOST_PRICE`].
    pub price: Cents,
    /// To whose subscribers it is sold; `None` to those of every plan.
    pub plans: Option<Vec<PlanId>>,
    /// How long it gives what is left of it.
    pub until: PackageEnd,
    /// How many are sold in all; `None` is any number.
    pub capacity: Option<i64>,
}

impl PackageTerms {
    /// The most traffic of one package: with any number of packages that somebody can pay for, the sum fits.
    pub const MOST_TRAFFIC: Gigabytes = Gigabytes::new(1_000_000);

    /// The most that one costs.
    pub const MOST_PRICE: Cents = Cents::new(LARGEST_AMOUNT);
}

/// A row of `ferro_traffic_package`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficPackage {
    /// The row.
    pub id: PackageId,
    /// What is said about it.
    pub terms: PackageTerms,
    /// Whether it is on sale.
    pub show: bool,
    /// Its place in the list.
    pub sort: Option<i64>,
    /// How many were sold, unfinished orders included.
    pub sold: i64,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

impl TrafficPackage {
    /// Whether one more may be sold.
    pub fn has_place(&self) -> bool {
        self.terms.capacity.is_none_or(|most| self.sold < most)
    }

    /// Whether it is for this buyer: it is on sale, and a subscription to one of its plans is running.
    ///
    /// # Errors
    ///
    /// [`BillingError::PackageMissing`] where it is not on sale, [`BillingError::PackageRefused`].
    pub fn check_sale(&self, buyer: &Buyer, now: UnixSeconds) -> Result<(), BillingError> {
        if !self.show {
            return Err(BillingError::PackageMissing);
        }
        let plan = buyer.plan_id.filter(|_| buyer.is_running(now));
        let plan = plan.ok_or(BillingError::PackageRefused)?;
        let is_for = |plans: &Vec<PlanId>| plans.contains(&plan);
        if self.terms.plans.as_ref().is_none_or(is_for) {
            Ok(())
        } else {
            Err(BillingError::PackageRefused)
        }
    }
}

/// What an order for a package bought, as it was when the order was placed (`ferro_package_order`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageOrder {
    /// The order.
    pub order: OrderId,
    /// Who bought it.
    pub user: UserId,
    /// The package; it may be gone by now.
    pub package: PackageId,
    /// Its name.
    pub name: String,
    /// Bytes that it gives.
    pub bytes: i64,
    /// How long.
    pub until: PackageEnd,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{a_buyer, a_package};

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    #[test]
    fn spellings_round_trip() {
        for end in PackageEnd::ALL {
            assert_eq!(PackageEnd::parse(end.as_str()), Some(end));
        }
        assert_eq!(PackageEnd::parse("Reset"), None);
    }

    #[test]
    fn only_who_has_a_running_subscription_of_its_plans_may_buy_it() {
        let refused = Err(BillingError::PackageRefused);
        for (plan, end, plans, expected) in [
            (Some(1), Some(2_000), None, Ok(())),
            (Some(1), None, None, Ok(())),
            (Some(1), Some(2_000), Some(vec![2, 1]), Ok(())),
            (Some(1), Some(2_000), Some(vec![2]), refused.clone()),
            (Some(1), Some(2_000), Some(vec![]), refused.clone()),
            (Some(1), Some(1_000), None, refused.clone()),
            (None, None, None, refused.clone()),
        ] {
            let buyer = Buyer {
                plan_id: plan.map(PlanId::new),
                expired_at: end.map(UnixSeconds::new),
                ..a_buyer(1)
            };
            let mut package = a_package(1);
            package.terms.plans =
                plans.map(|plans: Vec<i64>| plans.into_iter().map(PlanId::new).collect());
            assert_eq!(package.check_sale(&buyer, NOW), expected, "{buyer:?}");
            package.show = false;
            let hidden = package.check_sale(&buyer, NOW);
            assert_eq!(hidden, Err(BillingError::PackageMissing));
        }
    }

    #[test]
    fn a_capacity_is_for_all_sales_together() {
        for (capacity, sold, expected) in [
            (None, 5_000, true),
            (Some(2), 1, true),
            (Some(2), 2, false),
            (Some(2), 3, false),
            (Some(0), 0, false),
        ] {
            let mut package = a_package(1);
            package.terms.capacity = capacity;
            package.sold = sold;
            assert_eq!(package.has_place(), expected, "{capacity:?} {sold}");
        }
    }
}
