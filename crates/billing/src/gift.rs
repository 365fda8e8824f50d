//! What a gift does to a subscription: a pure function.

use ferroboard_kernel::{PlanId, Seconds, UnixSeconds};

use crate::{BillingError, Buyer, Plan, ResetMethod, Subscription};

/// Something that a user is given without an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gift {
    /// A plan, and for how many days; 0 leaves the end as it is.
    pub plan: Option<(PlanId, i64)>,
    /// Days on top of the subscription. Beside a plan they are nothing.
    pub days: i64,
    /// Bytes on top of the traffic.
    pub traffic: i64,
    /// Devices on top of the limit; nothing where there is no limit.
    pub devices: i64,
    /// Whether the traffic of the running plan is counted anew.
    pub resets_traffic: bool,
}

impl Gift {
    /// The subscription with the given plan, before traffic and devices are added to it.
    ///
    /// Refused where the plan would be over at once: it names no days, and the user's time is over.
    pub(crate) fn subscription(
        plan: &Plan,
        days: i64,
        buyer: &Buyer,
        site_method: ResetMethod,
        now: UnixSeconds,
        zone: ferroboard_kernel::Zone,
    ) -> Result<Subscription, BillingError> {
        let expired_at = match buyer.expired_at {
            end if days > 0 => Some(extended(end, days, now)),
            Some(end) if end <= now => return Err(BillingError::GiftUnusable),
            end => end,
        };
        Ok(Subscription::of(plan, expired_at, site_method, now, zone))
    }

    /// The user's end with the given days; a plan that never ends goes on never ending.
    pub(crate) fn end(self, buyer: &Buyer, now: UnixSeconds) -> Option<UnixSeconds> {
        let is_permanent = buyer.plan_id.is_some() && buyer.expired_at.is_none();
        if self.days > 0 && !is_permanent {
            Some(extended(buyer.expired_at, self.days, now))
        } else {
            buyer.expired_at
        }
    }
}

/// So many days after an end, or after now where that is later or there is no end.
fn extended(end: Option<UnixSeconds>, days: i64, now: UnixSeconds) -> UnixSeconds {
    end.map_or(now, |end| end.max(now))
        .plus(Seconds::days(days))
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Zone;

    use super::*;
    use crate::testing::{a_buyer, a_plan};

    const NOW: UnixSeconds = UnixSeconds::new(1_000_000);
    const DAY: i64 = 86_400;

    fn buyer(plan: Option<i64>, end: Option<i64>) -> Buyer {
        Buyer {
            plan_id: plan.map(PlanId::new),
            expired_at: end.map(UnixSeconds::new),
            ..a_buyer(1)
        }
    }

    #[test]
    fn days_are_counted_from_the_later_of_now_and_the_end() {
        let now = NOW.get();
        for (plan, end, days, expected) in [
            (Some(1), Some(now + 5), 2, Some(now + 5 + 2 * DAY)),
            (Some(1), Some(now - 5), 2, Some(now + 2 * DAY)),
            (Some(1), None, 2, None),
            (None, None, 2, Some(now + 2 * DAY)),
            (None, Some(0), 2, Some(now + 2 * DAY)),
            (Some(1), Some(now + 5), 0, Some(now + 5)),
            (Some(1), Some(now + 5), -3, Some(now + 5)),
        ] {
            let gift = Gift {
                days,
                ..Gift::default()
            };
            let found = gift.end(&buyer(plan, end), NOW);
            assert_eq!(
                found.map(UnixSeconds::get),
                expected,
                "{plan:?} {end:?} {days}"
            );
        }
    }

    #[test]
    fn a_given_plan_lasts_its_days_or_as_long_as_there_is() {
        let now = NOW.get();
        let unusable = Err(BillingError::GiftUnusable);
        for (end, days, expected) in [
            (None, 10, Ok(Some(now + 10 * DAY))),
            (Some(now + 5), 10, Ok(Some(now + 5 + 10 * DAY))),
            (Some(now - 5), 10, Ok(Some(now + 10 * DAY))),
            (None, 0, Ok(None)),
            (Some(now + 5), 0, Ok(Some(now + 5))),
            (Some(now), 0, unusable.clone()),
            (Some(0), 0, unusable.clone()),
        ] {
            let (plan, method) = (a_plan(7), ResetMethod::Monthly);
            let buyer = buyer(None, end);
            let given = Gift::subscription(&plan, days, &buyer, method, NOW, Zone::default());
            let ends = given.map(|given| given.expired_at.map(UnixSeconds::get));
            assert_eq!(ends, expected, "{end:?} {days}");
        }
    }
}
