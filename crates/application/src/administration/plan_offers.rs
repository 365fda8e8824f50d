//! Plans, as administrators manage them.

use std::collections::HashMap;
use std::sync::Arc;

use ferroboard_audit::AuditChange;
use ferroboard_billing::{
    BillingError, Plan, PlanOffer, PlanReference, PlanService, PlanTerms, ResetMethod,
};
use ferroboard_kernel::{GroupId, PlanId};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::remembered::{Figure, Remembered};
use crate::{Change, Error, OfferedPlanView, PlanUsers, UnitOfWork, policies};

/// The plans.
pub struct PlanOffers {
    context: AdminContext,
    users: Remembered<(), Arc<HashMap<PlanId, PlanUsers>>>,
}

impl PlanOffers {
    pub(crate) fn new(context: AdminContext) -> Self {
        Self {
            context,
            users: Remembered::default(),
        }
    }

    /// Every plan with its subscribers. Where they are very many, their number may be a minute old.
    pub async fn list(&self) -> Result<Vec<OfferedPlanView>, Error> {
        let store = self.context.ports.store.admin()?;
        let now = self.context.ports.clock.now();
        let plans = store.list_offered_plans().await?;
        let users = self.users.get((), async {
            let counts = store.count_users_of_plans(now).await?;
            let rows = counts.iter().map(|(_, users)| users.all).sum();
            let value = Arc::new(counts.into_iter().collect());
            Ok(Figure { value, rows })
        });
        let users: Arc<HashMap<PlanId, PlanUsers>> = users.await?;
        let view = |(plan, group): (Plan, Option<String>)| OfferedPlanView {
            users: users.get(&plan.id).copied().unwrap_or_default(),
            plan,
            group,
        };
        Ok(plans.into_iter().map(view).collect())
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
        let now = self.context.ports.clock.now();
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

    /// Makes a plan, or changes one; with `to_members` all who have it get its group, traffic and limits, and
    /// nodes hear of each.
    pub async fn save(
        &self,
        id: Option<PlanId>,
        terms: PlanTerms,
        to_members: bool,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.context.ports.clock.now();
            match id {
                Some(id) => {
                    let changed = PlanService.change(tx, id, &terms, to_members, now);
                    let (before, after, members) = changed.await?;
                    let mut changes = AuditChange::between(&described(&before), &described(&after));
                    changes.note("changed_users", 0.into(), members.into());
                    changes
                }
                None => {
                    let made = PlanService.create(tx, &terms, now).await?;
                    AuditChange::between(&Value::Null, &described(&made))
                }
            }
        })
    }

    /// Gives plans the places in which they are named.
    pub async fn sort(&self, plans: Vec<PlanId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.context.ports.clock.now();
            let before = PlanService.sort(tx, &plans, now).await?;
            let before = before.iter().map(|(id, place)| json!([id.get(), place]));
            let after = plans.iter().map(|id| Value::from(id.get()));
            AuditChange::of("places", before.collect(), after.collect())
        })
    }

    /// Deletes a plan that no order and no user has, and that new accounts do not try out.
    pub async fn delete(&self, plan: PlanId, change: Change) -> Result<(), Error> {
        let trial = policies::try_out(&self.context.site.current());
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

/// What the record says of what is said about a plan.
fn described(plan: &Plan) -> Value {
    json!({
        "id": plan.id.get(),
        "name": plan.name,
        "prices": plan.prices.stored(),
        "transfer_enable": plan.traffic.get(),
        "group_id": plan.group_id.map(GroupId::get),
        "speed_limit": plan.speed_limit,
        "device_limit": plan.device_limit,
        "capacity_limit": plan.capacity_limit,
        "reset_traffic_method": plan.reset_method.map(ResetMethod::code),
        "tags": plan.tags.stored(),
        "content": plan.content,
    })
}
