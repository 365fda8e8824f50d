//! Plans, as administrators manage them.

use std::sync::Arc;

use ferroboard_audit::AuditChange;
use ferroboard_billing::{BillingError, Plan, PlanOffer, PlanReference};
use ferroboard_kernel::{AuditId, PlanId};
use serde_json::{Value, json};

use crate::administration::audit::note_change;
use crate::core::Core;
use crate::transaction::transact;
use crate::{Error, OfferedPlanView, UnitOfWork};

/// The plans.
pub struct PlanOffers(pub(crate) Arc<Core>);

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
        record: AuditId,
    ) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self
            .change_within(tx, plan, offer, record)
            .await?)
    }

    async fn change_within(
        &self,
        tx: &mut dyn UnitOfWork,
        id: PlanId,
        offer: PlanOffer,
        record: AuditId,
    ) -> Result<(), Error> {
        let plan = tx.lock_plan(id).await?.ok_or(BillingError::PlanMissing)?;
        let now = self.0.ports.clock.now();
        if !tx.update_plan_offer(id, offer, now).await? {
            return Err(BillingError::PlanMissing.into());
        }
        let mut change = AuditChange::default();
        let mut note = |name: &str, old: bool, new: Option<bool>| {
            change.note(name, Value::from(old), Value::from(new.unwrap_or(old)));
        };
        note("show", plan.show, offer.show);
        note("sell", plan.sell, offer.sell);
        note("renew", plan.renew, offer.renew);
        note_change(tx, record, &change).await
    }

    /// Deletes a plan that no order and no user has.
    pub async fn delete(&self, plan: PlanId, record: AuditId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| delete_within(tx, plan, record)
            .await?)
    }
}

async fn delete_within(tx: &mut dyn UnitOfWork, id: PlanId, record: AuditId) -> Result<(), Error> {
    let plan = tx.lock_plan(id).await?.ok_or(BillingError::PlanMissing)?;
    match tx.find_plan_reference(id).await? {
        Some(PlanReference::Order) => return Err(BillingError::PlanHasOrders.into()),
        Some(PlanReference::User) => return Err(BillingError::PlanHasUsers.into()),
        None => {}
    }
    if !tx.delete_plan(id).await? {
        return Err(BillingError::PlanMissing.into());
    }
    let mut change = AuditChange::default();
    change.note("plan", shown(&plan), Value::Null);
    note_change(tx, record, &change).await
}

fn shown(plan: &Plan) -> Value {
    json!({"id": plan.id.get(), "name": plan.name, "prices": plan.prices.to_json()})
}
