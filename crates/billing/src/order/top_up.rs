//! What a top-up gives: a pure function.

use ferroboard_kernel::{Cents, PlanId};

/// From this amount on a top-up gives so much more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BonusTier {
    /// The least amount that is paid.
    pub from: Cents,
    /// What comes on top.
    pub bonus: Cents,
}

/// What the site says about top-ups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopUpPolicy {
    /// `deposit_enable`: customers may top up.
    pub enabled: bool,
    /// `deposit_bounus`: what comes on top.
    pub bonuses: Vec<BonusTier>,
    /// `deposit_commission_enable`: inviters earn of it.
    pub earns_commission: bool,
}

impl TopUpPolicy {
    /// The least that is paid in.
    pub const LEAST: Cents = Cents::new(1);

    /// The most that is paid in.
    pub const MOST: Cents = Cents::new(9_999_998);

    /// The plan that orders name which are for none.
    pub const NO_PLAN: PlanId = PlanId::new(0);

    /// What comes on top of an amount: of the tiers that it reaches the largest bonus. Never negative.
    pub fn bonus(&self, amount: Cents) -> Cents {
        let reached = self.bonuses.iter().filter(|tier| tier.from <= amount);
        let bonuses = reached.map(|tier| tier.bonus);
        bonuses.max().unwrap_or_default().max(Cents::ZERO)
    }
}

/// How much of a bonus stays where so much of the `paid` amount is refunded in all: its share of what is
/// left, rounded down. Everything refunded leaves nothing.
pub(crate) fn bonus_left(paid: Cents, bonus: Cents, refunded: Cents) -> Cents {
    let [paid, bonus, refunded] = [paid, bonus, refunded].map(|part| i128::from(part.get().max(0)));
    let left = (paid - refunded).max(0);
    let share = (bonus * left).checked_div(paid).unwrap_or_default();
    Cents::new(i64::try_from(share).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy(tiers: &[(i64, i64)]) -> TopUpPolicy {
        let tier = |(from, bonus): &(i64, i64)| BonusTier {
            from: Cents::new(*from),
            bonus: Cents::new(*bonus),
        };
        TopUpPolicy {
            enabled: true,
            bonuses: tiers.iter().map(tier).collect(),
            earns_commission: false,
        }
    }

    #[test]
    fn the_largest_bonus_that_is_reached_counts() {
        let tiers = [
            (10_000, 1_000),
            (5_000, 400),
            (20_000, 900),
            (50_000, 7_550),
        ];
        for (amount, bonus) in [
            (1, 0),
            (4_999, 0),
            (5_000, 400),
            (9_999, 400),
            (10_000, 1_000),
            (20_000, 1_000),
            (50_000, 7_550),
            (9_999_998, 7_550),
        ] {
            let given = policy(&tiers).bonus(Cents::new(amount));
            assert_eq!(given, Cents::new(bonus), "{amount}");
        }
        assert_eq!(policy(&[]).bonus(Cents::new(100)), Cents::ZERO);
    }

    #[test]
    fn what_is_refunded_takes_its_share_of_the_bonus() {
        for (paid, bonus, refunded, left) in [
            (5_000, 400, 0, 400),
            (5_000, 400, 1, 399),
            (5_000, 400, 2_500, 200),
            (5_000, 400, 4_999, 0),
            (5_000, 400, 5_000, 0),
            (5_000, 0, 100, 0),
            (0, 400, 0, 0),
        ] {
            let [paid, bonus, refunded] = [paid, bonus, refunded].map(Cents::new);
            assert_eq!(
                bonus_left(paid, bonus, refunded),
                Cents::new(left),
                "{refunded}"
            );
        }
    }

    proptest! {
        /// More money never gives a smaller bonus, whatever the tiers.
        #[test]
        fn a_bonus_grows_with_the_amount(
            tiers in prop::collection::vec((0_i64..10_000, 0_i64..10_000), 0..6),
            amount in 1_i64..10_000,
            more in 0_i64..10_000,
        ) {
            let policy = policy(&tiers);
            let (less, more) = (policy.bonus(Cents::new(amount)), policy.bonus(Cents::new(amount + more)));
            prop_assert!(Cents::ZERO <= less && less <= more);
        }
    }
}
