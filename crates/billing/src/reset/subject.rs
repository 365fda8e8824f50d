//! Whose traffic is counted anew, and when.

use ferroboard_kernel::{PlanId, UnixSeconds, UserId};

use crate::{BillingPolicy, ResetMethod};

/// A user as far as counting traffic anew is concerned: columns of `v2_user`, and what the plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResetSubject {
    /// The row.
    pub user: UserId,
    /// Suspended. The column belongs to accounts; here it is only read.
    pub banned: bool,
    /// The plan.
    pub plan: Option<PlanId>,
    /// The method of the plan itself; [`ResetMethod::Never`] where the plan is gone.
    pub plan_method: Option<ResetMethod>,
    /// When the subscription ends; `None` never.
    pub expired_at: Option<UnixSeconds>,
    /// When the traffic is next counted anew, as stored.
    pub next_reset_at: Option<UnixSeconds>,
}

impl ResetSubject {
    /// Whether there is a subscription that runs.
    pub fn is_active(&self, now: UnixSeconds) -> bool {
        self.plan.is_some() && !self.banned && self.expired_at.is_none_or(|end| end > now)
    }

    /// Whether the traffic is to be counted anew now.
    pub fn is_due(&self, now: UnixSeconds) -> bool {
        self.is_active(now) && self.next_reset_at.is_some_and(|at| at <= now)
    }

    /// The method that holds: the plan's, else the site's.
    pub fn method(&self, policy: &BillingPolicy) -> ResetMethod {
        self.plan_method.unwrap_or(policy.reset_method)
    }

    /// The next reset after `now`.
    pub fn next_reset(&self, policy: &BillingPolicy, now: UnixSeconds) -> Option<UnixSeconds> {
        self.plan?;
        self.method(policy)
            .next_reset(self.expired_at, now, policy.zone)
    }

    /// What is to be stored where the rules have changed, if that is something else. A reset whose
    /// time has come is not put off: it happens first.
    pub fn rescheduled(&self, policy: &BillingPolicy, now: UnixSeconds) -> Option<NextReset> {
        if !self.is_active(now) || self.is_due(now) {
            return None;
        }
        let moved = NextReset {
            user: self.user,
            from: self.next_reset_at,
            to: self.next_reset(policy, now),
        };
        (moved.from != moved.to).then_some(moved)
    }
}

/// A change of the time of a user's next reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextReset {
    /// Whose.
    pub user: UserId,
    /// What is stored; where it is something else by then, the change does not happen.
    pub from: Option<UnixSeconds>,
    /// What is to be stored.
    pub to: Option<UnixSeconds>,
}

/// Which users are looked for. All of them have a plan, are not suspended and have not expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetScope {
    /// Those whose reset has come.
    Due,
    /// Those without a next reset.
    Unscheduled,
    /// Those of this plan.
    Plan(PlanId),
    /// All.
    Active,
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Seconds;
    use proptest::prelude::*;

    use super::*;

    /// 2025-01-01 00:00 in Shanghai.
    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn at(seconds: i64) -> UnixSeconds {
        NOW.plus(Seconds::new(seconds))
    }

    fn subject() -> ResetSubject {
        ResetSubject {
            user: UserId::new(1),
            banned: false,
            plan: Some(PlanId::new(1)),
            plan_method: None,
            expired_at: Some(at(86_400 * 400)),
            next_reset_at: Some(NOW),
        }
    }

    #[test]
    fn a_reset_is_due_for_who_has_a_running_subscription() {
        let due = subject();
        assert!(due.is_due(NOW) && !due.is_due(at(-1)));
        for other in [
            ResetSubject {
                banned: true,
                ..due
            },
            ResetSubject { plan: None, ..due },
            ResetSubject {
                expired_at: Some(NOW),
                ..due
            },
            ResetSubject {
                next_reset_at: None,
                ..due
            },
        ] {
            assert!(!other.is_due(NOW), "{other:?}");
        }
        let endless = ResetSubject {
            expired_at: None,
            ..due
        };
        assert!(endless.is_due(NOW));
        assert_eq!(endless.next_reset(&BillingPolicy::default(), NOW), None);
        let calendar = ResetSubject {
            plan_method: Some(ResetMethod::FirstDayOfMonth),
            ..endless
        };
        let february = Some(at(31 * 86_400));
        assert_eq!(
            calendar.next_reset(&BillingPolicy::default(), NOW),
            february
        );
        let without_plan = ResetSubject {
            plan: None,
            ..calendar
        };
        assert_eq!(
            without_plan.next_reset(&BillingPolicy::default(), NOW),
            None
        );
    }

    #[test]
    fn the_plans_own_method_comes_before_the_sites() {
        let policy = BillingPolicy {
            reset_method: ResetMethod::FirstDayOfYear,
            ..BillingPolicy::default()
        };
        assert_eq!(subject().method(&policy), ResetMethod::FirstDayOfYear);
        let own = ResetSubject {
            plan_method: Some(ResetMethod::Never),
            ..subject()
        };
        assert_eq!(own.method(&policy), ResetMethod::Never);
        assert_eq!(own.next_reset(&policy, NOW), None);
    }

    #[test]
    fn a_change_of_rules_moves_the_next_reset_but_puts_none_off() {
        let policy = BillingPolicy {
            reset_method: ResetMethod::FirstDayOfMonth,
            ..BillingPolicy::default()
        };
        let february = Some(at(31 * 86_400));
        let waiting = ResetSubject {
            next_reset_at: Some(at(5)),
            ..subject()
        };
        let moved = NextReset {
            user: waiting.user,
            from: Some(at(5)),
            to: february,
        };
        assert_eq!(waiting.rescheduled(&policy, NOW), Some(moved));
        let right = ResetSubject {
            next_reset_at: february,
            ..waiting
        };
        assert_eq!(right.rescheduled(&policy, NOW), None);
        assert_eq!(subject().rescheduled(&policy, NOW), None, "it is due");
        let never = ResetSubject {
            plan_method: Some(ResetMethod::Never),
            ..waiting
        };
        assert_eq!(never.rescheduled(&policy, NOW).unwrap().to, None);
        let banned = ResetSubject {
            banned: true,
            ..waiting
        };
        assert_eq!(banned.rescheduled(&policy, NOW), None);
    }

    proptest! {
        /// Whoever is reset is not due again at the same moment, and one change of rules is enough.
        #[test]
        fn a_reset_and_a_change_settle_at_once(
            method in 0_i64..5,
            ends_in in 1_i64..200_000_000,
            now in 1_700_000_000_i64..1_900_000_000,
            stored in proptest::option::of(1_600_000_000_i64..2_000_000_000),
        ) {
            let policy = BillingPolicy::default();
            let now = UnixSeconds::new(now);
            let subject = ResetSubject {
                plan_method: ResetMethod::from_code(method),
                expired_at: Some(now.plus(Seconds::new(ends_in))),
                next_reset_at: stored.map(UnixSeconds::new),
                ..subject()
            };
            let next_reset_at = subject.next_reset(&policy, now);
            let reset = ResetSubject { next_reset_at, ..subject };
            prop_assert!(!reset.is_due(now));
            prop_assert_eq!(reset.rescheduled(&policy, now), None);
            if let Some(moved) = subject.rescheduled(&policy, now) {
                prop_assert_eq!(moved.to, next_reset_at);
            }
        }
    }
}
