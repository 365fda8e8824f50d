//! What a user gives up to begin the next period early: a pure function.

use ferroboard_kernel::{Seconds, UnixSeconds};

use super::ResetMethod;
use super::subject::ResetSubject;
use crate::{BillingError, BillingPolicy, Buyer, Subscription};

/// A subscription that ends earlier because its next period begins now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlyPeriod {
    /// When it ends so far.
    pub ends: UnixSeconds,
    /// When it ends then.
    pub ends_now: UnixSeconds,
    /// When its traffic is counted anew after that.
    pub next_reset_at: Option<UnixSeconds>,
}

impl EarlyPeriod {
    /// What is given up where the traffic of the subscription is used up: as many days as are left to the next
    /// reset, where that follows the calendar; where it follows the end, 30 days or 365, so that the days of
    /// the resets stay what they are.
    ///
    /// # Errors
    ///
    /// [`BillingError::EarlyPeriodClosed`]; [`BillingError::TrafficResetRefused`] where no subscription runs;
    /// [`BillingError::TrafficLeft`]; [`BillingError::NoNextPeriod`] where the traffic is never counted anew,
    /// or what is given up and a day are not left.
    pub fn of(
        buyer: &Buyer,
        subject: &ResetSubject,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Self, BillingError> {
        if !policy.early_periods {
            return Err(BillingError::EarlyPeriodClosed);
        }
        if !subject.is_active(now) || buyer.transfer_enable <= 0 {
            return Err(BillingError::TrafficResetRefused);
        }
        if buyer.upload.saturating_add(buyer.download) < buyer.transfer_enable {
            return Err(BillingError::TrafficLeft);
        }
        let method = subject.method(policy);
        let next = method.next_reset(subject.expired_at, now, policy.zone);
        let (Some(ends), Some(next)) = (subject.expired_at, next) else {
            return Err(BillingError::NoNextPeriod);
        };
        let days = match method {
            ResetMethod::Monthly => 30,
            ResetMethod::Yearly => 365,
            ResetMethod::FirstDayOfMonth | ResetMethod::FirstDayOfYear | ResetMethod::Never => {
                Subscription::days_until(next, now)
            }
        };
        let ends_now = ends.minus(Seconds::days(days));
        if ends_now < now.plus(Seconds::days(1)) {
            return Err(BillingError::NoNextPeriod);
        }
        Ok(Self {
            ends,
            ends_now,
            next_reset_at: method.next_reset(Some(ends_now), now, policy.zone),
        })
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{PlanId, UserId};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::a_buyer;

    /// 2025-01-11 00:00 in Shanghai.
    const NOW: UnixSeconds = UnixSeconds::new(1_736_524_800);

    fn policy() -> BillingPolicy {
        BillingPolicy {
            early_periods: true,
            ..BillingPolicy::default()
        }
    }

    fn subject(method: ResetMethod, ends: Option<UnixSeconds>) -> ResetSubject {
        ResetSubject {
            user: UserId::new(1),
            banned: false,
            plan: Some(PlanId::new(1)),
            plan_method: Some(method),
            expired_at: ends,
            next_reset_at: None,
        }
    }

    fn used_up() -> Buyer {
        Buyer {
            transfer_enable: 100,
            upload: 40,
            download: 60,
            ..a_buyer(1)
        }
    }

    fn in_days(days: i64) -> UnixSeconds {
        NOW.plus(Seconds::days(days))
    }

    #[test]
    fn what_is_given_up_follows_the_method() {
        use ResetMethod::{FirstDayOfMonth, FirstDayOfYear, Monthly, Yearly};
        for (method, days, given_up) in [
            (Monthly, 31, Some(30)),
            (Monthly, 30, None),
            (Monthly, 5, None),
            (Yearly, 366, Some(365)),
            (Yearly, 365, None),
            // 21 days to February, 355 to the next year.
            (FirstDayOfMonth, 22, Some(21)),
            (FirstDayOfMonth, 21, None),
            (FirstDayOfMonth, 400, Some(21)),
            (FirstDayOfYear, 356, Some(355)),
            (FirstDayOfYear, 355, None),
        ] {
            let early = EarlyPeriod::of(
                &used_up(),
                &subject(method, Some(in_days(days))),
                &policy(),
                NOW,
            );
            let expected = given_up.map(|given_up| in_days(days - given_up));
            let ends_now = early.as_ref().ok().map(|early| early.ends_now);
            assert_eq!(ends_now, expected, "{method:?} with {days} days: {early:?}");
            if expected.is_none() {
                assert_eq!(early, Err(BillingError::NoNextPeriod));
            }
        }
    }

    #[test]
    fn whoever_has_no_next_period_is_refused() {
        use ResetMethod::{FirstDayOfMonth, Monthly, Never};
        let far = Some(in_days(400));
        let refused = |buyer: &Buyer, subject: &ResetSubject| {
            EarlyPeriod::of(buyer, subject, &policy(), NOW).unwrap_err()
        };
        for subject in [
            subject(Never, far),
            subject(FirstDayOfMonth, None),
            subject(Monthly, None),
        ] {
            assert_eq!(refused(&used_up(), &subject), BillingError::NoNextPeriod);
        }
        let has_left = Buyer {
            upload: 39,
            ..used_up()
        };
        let running = subject(Monthly, far);
        assert_eq!(refused(&has_left, &running), BillingError::TrafficLeft);
        let without = Buyer {
            transfer_enable: 0,
            ..used_up()
        };
        let refusal = BillingError::TrafficResetRefused;
        assert_eq!(refused(&without, &running), refusal);
        assert_eq!(refused(&used_up(), &subject(Monthly, Some(NOW))), refusal);
        for stopped in [
            ResetSubject {
                plan: None,
                ..running
            },
            ResetSubject {
                banned: true,
                ..running
            },
        ] {
            assert_eq!(refused(&used_up(), &stopped), refusal);
        }
        let closed = EarlyPeriod::of(&used_up(), &running, &BillingPolicy::default(), NOW);
        assert_eq!(closed, Err(BillingError::EarlyPeriodClosed));
    }

    proptest! {
        /// It always costs time, never all of it, and the next reset lies ahead.
        #[test]
        fn a_day_stays_at_least(code in 0_i64..5, days in 1_i64..1_200, seconds in 0_i64..86_400) {
            let method = ResetMethod::from_code(code).unwrap();
            let ends = in_days(days).plus(Seconds::new(seconds));
            let early = EarlyPeriod::of(&used_up(), &subject(method, Some(ends)), &policy(), NOW);
            if let Ok(early) = early {
                prop_assert!(early.ends == ends && early.ends_now < ends);
                prop_assert!(early.ends_now >= in_days(1));
                prop_assert!(early.next_reset_at.is_some_and(|next| next > NOW));
            }
        }
    }
}
