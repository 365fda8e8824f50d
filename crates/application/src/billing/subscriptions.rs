//! What a subscriber's page shows.

use std::sync::Arc;

use ferroboard_billing::{BillingError, Plan, Subscription};
use ferroboard_kernel::UnixSeconds;
use ferroboard_realname::Enforcement;

use crate::process::Core;
use crate::{AccountView, Error, addresses, policies};

/// The subscription of an account, with what is computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionView {
    /// The plan, when the account has one.
    pub plan: Option<Plan>,
    /// Where proxy clients fetch their configuration; empty where a real name is required first.
    pub subscribe_url: String,
    /// Whether a real name is required first.
    pub real_name_required: bool,
    /// When the traffic is next counted anew.
    pub next_reset_at: Option<UnixSeconds>,
    /// Days until then, begun days counting as whole.
    pub reset_day: Option<i64>,
}

/// Subscriptions, as their owners see them.
pub struct Subscriptions(pub(crate) Arc<Core>);

impl Subscriptions {
    /// Describes the subscription of an account that was just read.
    pub async fn describe(
        &self,
        account: &AccountView,
        root: &str,
    ) -> Result<SubscriptionView, Error> {
        let core = &self.0;
        let plan = match account.plan_id {
            None => None,
            Some(id) => {
                let found = core.ports.store.find_plan_view(id).await?;
                Some(found.ok_or(BillingError::PlanMissing)?)
            }
        };
        let settings = core.site.current();
        let now = core.ports.clock.now();
        let next_reset = plan.as_ref().and_then(|plan| {
            let method = plan
                .reset_method
                .unwrap_or_else(|| policies::reset_method(&settings));
            method.next_reset(account.expired_at, now, core.options.zone)
        });
        let real_name_required = core
            .demands_real_name_of(account, Enforcement::covers_subscriptions)
            .await?;
        let random = core.ports.random.as_ref();
        let subscribe_url = if real_name_required {
            String::new()
        } else {
            addresses::subscription(&settings, root, &account.subscribe_token, random)
        };
        Ok(SubscriptionView {
            subscribe_url,
            real_name_required,
            next_reset_at: account.next_reset_at,
            reset_day: next_reset.map(|next| Subscription::days_until(next, now)),
            plan,
        })
    }
}
