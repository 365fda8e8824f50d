use std::collections::BTreeMap;

use ferroboard_kernel::{GroupId, PlanId, Seconds, UnixSeconds, UserId, Zone};

use crate::{BillingError, Plan, ResetMethod};

/// What a user may use: the columns of `v2_user` that an opened plan sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The plan.
    pub plan_id: PlanId,
    /// Which nodes may be used.
    pub group_id: Option<GroupId>,
    /// Bytes for one period, those of packages included.
    pub transfer_enable: i64,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// When it ends; `None` is never.
    pub expired_at: Option<UnixSeconds>,
    /// When its traffic is next counted anew.
    pub next_reset_at: Option<UnixSeconds>,
}

/// A user's plan that was written: what it was and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanChange {
    /// Whose.
    pub user: UserId,
    /// The plan before; `None` for none.
    pub from: Option<PlanId>,
    /// The plan now; `None` for none.
    pub to: Option<PlanId>,
    /// When the subscription ends now; `None` is never.
    pub expired_at: Option<UnixSeconds>,
}

impl PlanChange {
    /// What came of changes that were made one after the other: one for each user who has another plan than at
    /// the beginning, by number.
    pub fn net(changes: &[Self]) -> Vec<Self> {
        let mut of_users: BTreeMap<UserId, Self> = BTreeMap::new();
        for change in changes {
            let net = of_users.entry(change.user).or_insert(*change);
            (net.to, net.expired_at) = (change.to, change.expired_at);
        }
        let net = of_users.into_values();
        net.filter(|change| change.from != change.to).collect()
    }
}

/// The trial that a registration grants: `try_out_plan_id` and `try_out_hour`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryOut {
    /// The plan, whether or not it is on sale.
    pub plan_id: PlanId,
    /// How long it lasts.
    pub lasts: Seconds,
}

impl Subscription {
    /// The subscription that a trial of this plan gives.
    pub fn try_out(
        plan: &Plan,
        lasts: Seconds,
        site_method: ResetMethod,
        now: UnixSeconds,
        zone: Zone,
    ) -> Self {
        Self::of(plan, Some(now.plus(lasts)), site_method, now, zone)
    }

    /// The subscription of a plan that ends then; `None` never ends.
    pub fn of(
        plan: &Plan,
        expired_at: Option<UnixSeconds>,
        site_method: ResetMethod,
        now: UnixSeconds,
        zone: Zone,
    ) -> Self {
        let method = plan.reset_method.unwrap_or(site_method);
        Self {
            plan_id: plan.id,
            group_id: plan.group_id,
            transfer_enable: plan.traffic.bytes(),
            speed_limit: plan.speed_limit,
            device_limit: plan.device_limit,
            expired_at,
            next_reset_at: method.next_reset(expired_at, now, zone),
        }
    }

    /// The subscription with bytes on top of those of its plan, which packages give.
    ///
    /// # Errors
    ///
    /// [`BillingError::AmountOutOfRange`].
    pub fn on_top(self, bytes: i64) -> Result<Self, BillingError> {
        let sum = self.transfer_enable.checked_add(bytes);
        Ok(Self {
            transfer_enable: sum.ok_or(BillingError::AmountOutOfRange)?,
            ..self
        })
    }

    /// Whole days until the next reset, begun days counting as whole: 0 when it is reached.
    pub fn days_until(next_reset: UnixSeconds, now: UnixSeconds) -> i64 {
        let seconds = next_reset.since(now).get();
        if seconds <= 0 {
            0
        } else {
            seconds.div_euclid(86_400) + i64::from(seconds % 86_400 != 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_changes_what_came_of_them_counts() {
        let change = |user, from: Option<i64>, to: Option<i64>, end| PlanChange {
            user: UserId::new(user),
            from: from.map(PlanId::new),
            to: to.map(PlanId::new),
            expired_at: Some(UnixSeconds::new(end)),
        };
        for (changes, expected) in [
            (vec![], vec![]),
            (
                vec![change(1, None, Some(2), 5)],
                vec![change(1, None, Some(2), 5)],
            ),
            (vec![change(1, Some(2), Some(2), 5)], vec![]),
            (
                vec![
                    change(2, Some(1), None, 5),
                    change(1, Some(1), Some(2), 5),
                    change(1, Some(2), Some(3), 6),
                ],
                vec![change(1, Some(1), Some(3), 6), change(2, Some(1), None, 5)],
            ),
            (
                vec![
                    change(1, Some(1), Some(2), 5),
                    change(1, Some(2), Some(1), 6),
                ],
                vec![],
            ),
        ] {
            assert_eq!(PlanChange::net(&changes), expected);
        }
    }

    #[test]
    fn begun_days_count_as_whole() {
        let now = UnixSeconds::new(1_000_000);
        for (seconds, days) in [(-5, 0), (0, 0), (1, 1), (86_400, 1), (86_401, 2)] {
            assert_eq!(
                Subscription::days_until(now.plus(Seconds::new(seconds)), now),
                days
            );
        }
    }
}
