use ferroboard_kernel::{Seconds, Zone};

use crate::{OrderKind, Plan, ReceiptPolicy, ResetMethod, TopUpPolicy};

/// Exactly the site settings that this domain reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingPolicy {
    /// `plan_change_enable`: another plan may be bought while one is running.
    pub plan_change_allowed: bool,
    /// `surplus_enable`: the unused value counts towards another plan.
    pub surplus_counts: bool,
    /// `new_order_event_id` is 1: a new subscription's traffic is counted anew.
    pub reset_on_new: bool,
    /// `renew_order_event_id` is 1: a renewal's traffic is counted anew.
    pub reset_on_renewal: bool,
    /// `change_order_event_id` is 1: another plan's traffic is counted anew.
    pub reset_on_change: bool,
    /// `reset_traffic_method`, for plans without one of their own.
    pub reset_method: ResetMethod,
    /// `allow_new_period`: whoever has used the traffic up may begin the next period early.
    pub early_periods: bool,
    /// `auto_renewal_grace_days`: how long one that ended still renews itself.
    pub renewal_grace: Seconds,
    /// `currency`: the code of the site's currency.
    pub currency: String,
    /// Money for the balance.
    pub top_ups: TopUpPolicy,
    /// What receipts say of the seller and of tax.
    pub receipts: ReceiptPolicy,
    /// In which zone days and months are counted.
    pub zone: Zone,
}

impl BillingPolicy {
    /// How long an order waits for payment before it is given up.
    pub const ORDER_LIFETIME: Seconds = Seconds::hours(2);

    /// How long a payment notice is kept as it came. One that waits for review is kept.
    pub const NOTICES_KEPT: Seconds = Seconds::days(90);

    /// How long one is kept that was refused.
    pub const REFUSED_NOTICES_KEPT: Seconds = Seconds::days(3);

    /// How long a completed order must stay unchanged before its commission is confirmed.
    pub const COMMISSION_DELAY: Seconds = Seconds::days(3);

    /// How the plan's traffic is counted anew.
    pub fn method_of(&self, plan: &Plan) -> ResetMethod {
        plan.reset_method.unwrap_or(self.reset_method)
    }

    /// Whether opening an order of this kind counts the traffic anew by a site setting.
    pub const fn resets_on(&self, kind: OrderKind) -> bool {
        match kind {
            OrderKind::New => self.reset_on_new,
            OrderKind::Renewal => self.reset_on_renewal,
            OrderKind::Change => self.reset_on_change,
            OrderKind::TrafficReset | OrderKind::TrafficPackage | OrderKind::TopUp => false,
        }
    }
}

impl Default for BillingPolicy {
    /// The settings of a site where nothing was set.
    fn default() -> Self {
        Self {
            plan_change_allowed: true,
            surplus_counts: true,
            reset_on_new: false,
            reset_on_renewal: false,
            reset_on_change: false,
            reset_method: ResetMethod::Monthly,
            early_periods: false,
            renewal_grace: Seconds::new(0),
            currency: "CNY".to_owned(),
            top_ups: TopUpPolicy::default(),
            receipts: ReceiptPolicy::default(),
            zone: Zone::default(),
        }
    }
}
