//! Plans, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{BillingError, Plan, PlanOffer, PlanReference};
use ferroboard_kernel::PlanId;
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error, OfferedPlanView, UnitOfWork, policies};

/// The plans.
pub struct PlanOffers(pub(crate) AdminContext);

impl PlanOffers {
    /// Every plan with its subscribers.
    pub async fn list(&self) -> Result<Vec<OfferedPlanView>, Error> {
        let now = self.0.ports.clock.now();
        Ok(self.0.ports.store.admin()?.list_offered_plans(now).await?)
    }

    /// Turns the given switches of a plan.
    pub async fn change(
        &self,
        plan: PlanId,
        offer: PlanOffer,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| self.change_within(tx, plan, offer).await?)
    }

    async fn change_within(
        &self,
        tx: &mut dyn UnitOfWork,
        id: PlanId,
        offer: PlanOffer,
    ) -> Result<AuditChange, Error> {
        let plan = tx.lock_plan(id).await?.ok_or(BillingError::PlanMissing)?;
        let now = self.0.ports.clock.now();
        if !tx.update_plan_offer(id, offer, now).await? {
            return Err(BillingError::PlanMissing.into());
        }
        let mut changed = AuditChange::default();
        let mut note = |name: &str, old: bool, new: Option<bool>| {
            changed.note(name, Value::from(old), Value::from(new.unwrap_or(old)));
        };
        note("show", plan.show, offer.show);
        note("sell", plan.sell, offer.sell);
        note("renew", plan.renew, offer.renew);
        Ok(changed)
    }

    /// Deletes a plan that no order and no user has, and that new accounts do not try out.
    pub async fn delete(&self, plan: PlanId, change: Change) -> Result<(), Error> {
        let trial = policies::try_out(&self.0.site.current());
        if trial.is_some_and(|trial| trial.plan_id == plan) {
            return Err(BillingError::PlanIsTrial.into());
        }
        change!(change, |tx| delete_within(tx, plan).await?)
    }
}

async fn delete_within(tx: &mut dyn UnitOfWork, id: PlanId) -> Result<AuditChange, Error> {
    let plan = tx.lock_plan(id).await?.ok_or(BillingError::PlanMissing)?;
    match tx.find_plan_reference(id).await? {
        Some(PlanReference::Order) => return Err(BillingError::PlanHasOrders.into()),
        Some(PlanReference::User) => return Err(BillingError::PlanHasUsers.into()),
        None => {}
    }
    if !tx.delete_plan(id).await? {
        return Err(BillingError::PlanMissing.into());
    }
    Ok(AuditChange::of("plan", shown(&plan), Value::Null))
}

fn shown(plan: &Plan) -> Value {
    json!({"id": plan.id.get(), "name": plan.name, "prices": plan.prices.to_json()})
}
