//! What `transfer_enable` is where somebody has packages: the one rule of it, a pure function.
//!
//! `transfer_enable` is what the plan gives and what packages still give. The plan's traffic is used first, then
//! the packages, the oldest first; what was used of a package is taken off it when the traffic is counted anew.

use ferroboard_kernel::{OrderId, UserId};

use super::PackageEnd;

/// What is left of a package, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageShare {
    /// The order that bought it.
    pub order: OrderId,
    /// Bytes that it gives in this period.
    pub left: i64,
    /// How long.
    pub until: PackageEnd,
}

/// A user who has packages: columns of `v2_user`, and what is left of each package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageHolder {
    /// The row.
    pub user: UserId,
    /// Bytes for this period, those of packages included.
    pub transfer_enable: i64,
    /// Bytes used in this period.
    pub used: i64,
    /// Whatever is left of packages, the oldest first.
    pub shares: Vec<PackageShare>,
}

/// What happens to a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuotaEvent {
    /// The traffic is counted anew.
    pub resets: bool,
    /// The subscription had ended, and another one begins.
    pub ended: bool,
}

impl QuotaEvent {
    /// The traffic is counted anew, and nothing else.
    pub const RESET: Self = Self {
        resets: true,
        ended: false,
    };
}

/// Another amount that is left of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageMove {
    /// The order that bought it.
    pub order: OrderId,
    /// What is stored; where it is something else by then, nothing moves.
    pub from: i64,
    /// What is to be stored.
    pub to: i64,
    /// How long it gives that.
    pub until: PackageEnd,
}

/// Another `transfer_enable` of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaMove {
    /// Whose.
    pub user: UserId,
    /// What is stored; where it is something else by then, nothing moves.
    pub from: i64,
    /// What is to be stored.
    pub to: i64,
}

/// What packages give after something happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldPackages {
    /// Bytes on top of what the plan gives.
    pub given: i64,
    /// What changes of which package.
    pub moves: Vec<PackageMove>,
}

impl PackageHolder {
    /// What the packages give, none more than fits into `transfer_enable`: another program may have lowered that.
    fn fitted(&self) -> impl Iterator<Item = PackageShare> {
        let mut room = self.transfer_enable.max(0);
        self.shares.iter().map(move |share| {
            let left = share.left.clamp(0, room);
            room -= left;
            PackageShare { left, ..*share }
        })
    }

    /// Bytes of this period that are not of packages.
    pub fn plan_quota(&self) -> i64 {
        let given: i64 = self.fitted().map(|share| share.left).sum();
        self.transfer_enable.saturating_sub(given)
    }

    /// Each package with what of it is used in this period.
    fn used_of_each(&self) -> impl Iterator<Item = (PackageShare, i64)> {
        let mut over = self.used.saturating_sub(self.plan_quota()).max(0);
        self.fitted().map(move |share| {
            let taken = over.min(share.left);
            over -= taken;
            (share, taken)
        })
    }

    /// What is left of each package at this moment, the oldest first.
    pub fn remaining(&self) -> Vec<PackageShare> {
        let shares = self.used_of_each();
        let remaining = shares.map(|(share, taken)| PackageShare {
            left: share.left - taken,
            ..share
        });
        remaining.collect()
    }

    /// What the packages give after the event. What the plan gives is the caller's: [`Self::plan_quota`], unless the
    /// event gives another plan.
    ///
    /// Where one ends although the traffic is not counted anew, what was used of it stays until it is: otherwise
    /// that would be used of the plan.
    pub fn after(&self, event: QuotaEvent) -> HeldPackages {
        self.moved(|share, taken| {
            let ends = match share.until {
                PackageEnd::Reset => event.resets || event.ended,
                PackageEnd::SubscriptionEnd => event.ended,
                PackageEnd::UsedUp => false,
            };
            match (event.resets, ends) {
                (true, true) => (0, share.until),
                (true, false) => (share.left - taken, share.until),
                (false, true) => (taken, PackageEnd::Reset),
                (false, false) => (share.left, share.until),
            }
        })
    }

    /// What the packages give once that of this order is taken back: what was used of it stays until the traffic is
    /// counted anew.
    pub fn without(&self, order: OrderId) -> HeldPackages {
        self.moved(|share, taken| {
            if share.order == order {
                (taken, PackageEnd::Reset)
            } else {
                (share.left, share.until)
            }
        })
    }

    /// What the packages give where each, of which so much is used, becomes what is said.
    fn moved(&self, becomes: impl Fn(PackageShare, i64) -> (i64, PackageEnd)) -> HeldPackages {
        let mut held = HeldPackages::default();
        for ((share, taken), stored) in self.used_of_each().zip(&self.shares) {
            let (to, until) = becomes(share, taken);
            held.given = held.given.saturating_add(to);
            if (to, until) != (stored.left, stored.until) {
                held.moves.push(PackageMove {
                    order: share.order,
                    from: stored.left,
                    to,
                    until,
                });
            }
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(order: i64, left: i64, until: PackageEnd) -> PackageShare {
        PackageShare {
            order: OrderId::new(order),
            left,
            until,
        }
    }

    fn holder(transfer_enable: i64, used: i64, shares: &[PackageShare]) -> PackageHolder {
        PackageHolder {
            user: UserId::new(1),
            transfer_enable,
            used,
            shares: shares.to_vec(),
        }
    }

    fn lefts(shares: &[PackageShare]) -> Vec<i64> {
        shares.iter().map(|share| share.left).collect()
    }

    #[test]
    fn the_plan_is_used_first_and_then_the_oldest_package() {
        use PackageEnd::{Reset, UsedUp};
        let shares = [share(1, 10, UsedUp), share(2, 20, Reset)];
        for (used, expected) in [
            (0, [10, 20]),
            (100, [10, 20]),
            (101, [9, 20]),
            (110, [0, 20]),
            (115, [0, 15]),
            (130, [0, 0]),
            (999, [0, 0]),
        ] {
            let holder = holder(130, used, &shares);
            assert_eq!(holder.plan_quota(), 100);
            assert_eq!(lefts(&holder.remaining()), expected, "{used}");
        }
    }

    #[test]
    fn a_reset_takes_what_was_used_and_what_lasts_until_then() {
        use PackageEnd::{Reset, SubscriptionEnd, UsedUp};
        let shares = [
            share(1, 10, Reset),
            share(2, 10, SubscriptionEnd),
            share(3, 10, UsedUp),
        ];
        let ended = QuotaEvent {
            resets: true,
            ended: true,
        };
        for (used, event, expected) in [
            (0, QuotaEvent::RESET, [0, 10, 10]),
            (115, QuotaEvent::RESET, [0, 5, 10]),
            (125, QuotaEvent::RESET, [0, 0, 5]),
            (130, QuotaEvent::RESET, [0, 0, 0]),
            (0, ended, [0, 0, 10]),
            (125, ended, [0, 0, 5]),
        ] {
            let held = holder(130, used, &shares).after(event);
            let after = shares.iter().map(|share| {
                let moved = held.moves.iter().find(|moved| moved.order == share.order);
                moved.map_or(share.left, |moved| moved.to)
            });
            let after: Vec<i64> = after.collect();
            assert_eq!(after, expected, "{used} {event:?}");
            assert_eq!(held.given, expected.iter().sum::<i64>());
        }
    }

    #[test]
    fn what_was_used_of_a_package_stays_until_it_is_counted_anew() {
        use PackageEnd::{Reset, SubscriptionEnd, UsedUp};
        let shares = [share(1, 10, SubscriptionEnd), share(2, 10, UsedUp)];
        let event = QuotaEvent {
            resets: false,
            ended: true,
        };
        let held = holder(120, 104, &shares).after(event);
        let moved = PackageMove {
            order: OrderId::new(1),
            from: 10,
            to: 4,
            until: Reset,
        };
        assert_eq!((held.given, held.moves), (14, vec![moved]));
        let idle = holder(120, 104, &shares).after(QuotaEvent::default());
        assert_eq!((idle.given, idle.moves), (20, vec![]));
    }

    #[test]
    fn what_is_taken_back_is_what_was_not_used() {
        use PackageEnd::{Reset, UsedUp};
        let shares = [share(1, 10, UsedUp), share(2, 10, UsedUp)];
        for (used, order, left, given) in [(0, 1, 0, 10), (104, 1, 4, 14), (104, 2, 0, 10)] {
            let held = holder(120, used, &shares).without(OrderId::new(order));
            let moved = PackageMove {
                order: OrderId::new(order),
                from: 10,
                to: left,
                until: Reset,
            };
            assert_eq!((held.given, held.moves), (given, vec![moved]), "{used}");
        }
    }

    #[test]
    fn a_quota_that_was_lowered_leaves_the_newest_packages_less() {
        use PackageEnd::UsedUp;
        let shares = [share(1, 10, UsedUp), share(2, 10, UsedUp)];
        let lowered = holder(15, 0, &shares);
        assert_eq!(lowered.plan_quota(), 0);
        let held = lowered.after(QuotaEvent::default());
        let moved = PackageMove {
            order: OrderId::new(2),
            from: 10,
            to: 5,
            until: UsedUp,
        };
        assert_eq!((held.given, held.moves), (15, vec![moved]));
    }

    fn any_share() -> impl Strategy<Value = (i64, usize)> {
        (0_i64..1_000, 0_usize..3)
    }

    proptest! {
        /// Nothing comes from nowhere: what the plan and the packages give is what there was, what is used of packages
        /// is what the plan did not give, and no event leaves more than was left.
        #[test]
        fn bytes_are_neither_lost_nor_doubled(
            shares in prop::collection::vec(any_share(), 0..6),
            plan in 0_i64..1_000,
            used in 0_i64..8_000,
            resets: bool,
            ended: bool,
        ) {
            let shares: Vec<PackageShare> = shares
                .into_iter()
                .zip(1..)
                .map(|((left, until), order)| share(order, left, PackageEnd::ALL[until]))
                .collect();
            let packages: i64 = shares.iter().map(|share| share.left).sum();
            let holder = holder(plan + packages, used, &shares);
            prop_assert_eq!(holder.plan_quota(), plan);
            let remaining: i64 = holder.remaining().iter().map(|share| share.left).sum();
            prop_assert_eq!(packages - remaining, (used - plan).clamp(0, packages));
            let held = holder.after(QuotaEvent { resets, ended });
            prop_assert!(held.given <= packages);
            if resets {
                prop_assert!(held.given <= remaining);
            }
            for share in &shares {
                let moved = held.moves.iter().find(|moved| moved.order == share.order);
                prop_assert!(moved.is_none_or(|moved| moved.from == share.left && moved.to >= 0));
            }
        }
    }
}
