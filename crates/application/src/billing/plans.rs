//! What is on sale.

use std::sync::Arc;

use ferroboard_billing::{BillingError, Places, ResetMethod};
use ferroboard_kernel::PlanId;

use crate::process::Core;
use crate::{Error, PlanView, policies};

/// Plans, as customers see them.
pub struct Plans(pub(crate) Arc<Core>);

impl Plans {
    /// The plans on sale that have a place left.
    pub async fn list(&self) -> Result<Vec<PlanView>, Error> {
        let now = self.0.ports.clock.now();
        let mut plans = self.0.ports.store.list_plans_on_sale(now).await?;
        plans.retain(|view| view.plan.is_listed(view.places()));
        Ok(plans)
    }

    /// One plan, where the user may buy or renew it.
    pub async fn detail(&self, id: PlanId, own: Option<PlanId>) -> Result<PlanView, Error> {
        let now = self.0.ports.clock.now();
        let found = self.0.ports.store.find_plan_on_sale(id, now).await?;
        let visible = found.filter(|view| view.plan.is_visible_to(own, view.places()));
        Ok(visible.ok_or(BillingError::PlanMissing)?)
    }

    /// The site's rule for plans without one of their own.
    pub fn reset_method(&self) -> ResetMethod {
        policies::reset_method(&self.0.site.current())
    }
}

impl PlanView {
    /// How many more may subscribe.
    pub fn places(&self) -> Places {
        Places::of(self.plan.capacity_limit, self.subscribers)
    }
}
