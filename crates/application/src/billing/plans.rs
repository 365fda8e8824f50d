//! What is on sale.

use std::sync::Arc;

use ferroboard_billing::{BillingError, Places, ResetMethod};
use ferroboard_kernel::PlanId;

use crate::billing::on_sale::OnSale;
use crate::process::Core;
use crate::{Error, PlanView, policies};

/// Plans, as customers see them.
pub struct Plans(pub(crate) Arc<Core>);

impl Plans {
    /// The plans on sale that have a place left, as this process has left them, and as others had at most
    /// [`Options::plan_list_age`](crate::Options::plan_list_age) ago. Of those with a limit the subscribers are counted,
    /// no further than to it.
    pub async fn list(&self) -> Result<Arc<OnSale>, Error> {
        let (core, store) = (&self.0, &self.0.ports.store);
        let read = || async {
            let mut plans = store.list_plans_on_sale(core.ports.clock.now()).await?;
            plans.retain(|view| view.plan.is_listed(view.places()));
            Ok(OnSale::new(plans))
        };
        let age = core.options.plan_list_age;
        core.on_sale.get(age, || store.users_changed(), read).await
    }

    /// The same, if it need not be read.
    pub fn known_list(&self) -> Option<Arc<OnSale>> {
        let core = &self.0;
        let state = core.ports.store.users_changed();
        core.on_sale.young(core.options.plan_list_age, state)
    }

    /// Whether plans are on sale of which none has a place left.
    pub async fn is_sold_out(&self) -> Result<bool, Error> {
        let now = self.0.ports.clock.now();
        let plans = self.0.ports.store.list_plans_on_sale(now).await?;
        Ok(!plans.is_empty() && plans.iter().all(|view| view.places().is_none()))
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
