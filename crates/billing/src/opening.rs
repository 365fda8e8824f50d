//! What an opened order does to a subscription: a pure function.

use ferroboard_kernel::UnixSeconds;

use crate::{
    BillingError, BillingPolicy, Buyer, Order, OrderKind, PastOrder, Period, Plan, Subscription,
    anchor,
};

/// What opening an order does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The subscription afterwards.
    pub subscription: Subscription,
    /// Whether the traffic is counted anew.
    pub resets_traffic: bool,
}

impl Opening {
    /// Opens the order of this plan for the buyer, who bought `completed` before, by id.
    ///
    /// Refused where a traffic reset was bought and there is no subscription left to reset.
    pub fn of(
        order: &Order,
        plan: &Plan,
        buyer: &Buyer,
        completed: &[PastOrder],
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Self, BillingError> {
        let given = match order.period.months() {
            Some(months) => {
                // A change begins now, and what never ended ends from now on.
                let running = buyer.expired_at.filter(|_| order.kind != OrderKind::Change);
                let expired_at = match running.filter(|end| *end > now) {
                    Some(end) => anchor::prolonged(end, months, completed, policy.zone),
                    None => policy.zone.months_after(now, months),
                };
                let starts_anew = buyer.expired_at.is_none() && order.kind != OrderKind::Change;
                Given {
                    expired_at: Some(expired_at),
                    resets_traffic: starts_anew || order.kind == OrderKind::New,
                }
            }
            None if order.period == Period::ResetTraffic => {
                let method = policy.method_of(plan);
                return Self::reset(
                    plan,
                    buyer,
                    method.next_reset(buyer.expired_at, now, policy.zone),
                );
            }
            None => Given {
                expired_at: None,
                resets_traffic: true,
            },
        };
        Ok(Self {
            resets_traffic: given.resets_traffic || policy.resets_on(order.kind),
            subscription: Subscription::of(
                plan,
                given.expired_at,
                policy.reset_method,
                now,
                policy.zone,
            ),
        })
    }

    fn reset(
        plan: &Plan,
        buyer: &Buyer,
        next_reset_at: Option<UnixSeconds>,
    ) -> Result<Self, BillingError> {
        Ok(Self {
            resets_traffic: true,
            subscription: Subscription {
                plan_id: buyer.plan_id.ok_or(BillingError::TrafficResetRefused)?,
                group_id: buyer.group_id,
                transfer_enable: buyer.transfer_enable,
                speed_limit: plan.speed_limit,
                device_limit: plan.device_limit,
                expired_at: buyer.expired_at,
                next_reset_at,
            },
        })
    }
}

struct Given {
    expired_at: Option<UnixSeconds>,
    resets_traffic: bool,
}
