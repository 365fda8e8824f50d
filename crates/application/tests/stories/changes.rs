//! What administrators change, and its record.

use ferroboard_application::{Change, Error};
use ferroboard_audit::AuditChange;
use ferroboard_billing::testing::a_plan;
use ferroboard_billing::{BillingError, PlanOffer};
use ferroboard_kernel::{PlanId, UserId};
use serde_json::json;

use crate::Panel;

const ADMIN: UserId = UserId::new(1);
const HIDDEN: PlanOffer = PlanOffer {
    show: Some(false),
    sell: None,
    renew: None,
};

/// What stands beside the row of each request, in their order.
fn noted(panel: &Panel) -> Vec<Option<AuditChange>> {
    panel.fakes.store.read(|tables| {
        let rows = tables.audit.entries.keys();
        rows.map(|row| tables.audit.changes.get(row).cloned())
            .collect()
    })
}

async fn turned(panel: &Panel, plan: PlanId, change: Change) -> Result<(), Error> {
    let plans = &panel.app.administration.plans;
    plans.change(plan, HIDDEN, change).await
}

#[tokio::test]
async fn a_change_is_committed_with_its_record() {
    let panel = Panel::new().await;
    let plan = a_plan(1);
    let id = plan.id;
    panel
        .fakes
        .store
        .write(|tables| tables.billing.plans.insert(id, plan));
    let change = panel.change(ADMIN, "plan/update").await;
    assert_eq!(change.admin(), ADMIN);
    assert_eq!(noted(&panel), [None]);
    turned(&panel, id, change).await.unwrap();
    let expected = AuditChange::of("show", json!(true), json!(false));
    assert_eq!(noted(&panel), [Some(expected.clone())]);
    // What was so already is no change, and what was refused did not happen.
    for plan in [id, PlanId::new(99)] {
        let change = panel.change(ADMIN, "plan/update").await;
        let outcome = turned(&panel, plan, change).await;
        let refused = Err(Error::Billing(BillingError::PlanMissing));
        assert_eq!(outcome, if plan == id { Ok(()) } else { refused });
    }
    assert_eq!(noted(&panel), [Some(expected), None, None]);
}

#[tokio::test]
async fn a_change_whose_record_is_refused_is_undone() {
    let panel = Panel::new().await;
    let plan = a_plan(1);
    let id = plan.id;
    panel
        .fakes
        .store
        .write(|tables| tables.billing.plans.insert(id, plan));
    let change = panel.change(ADMIN, "plan/update").await;
    let row = change.record();
    panel
        .fakes
        .store
        .write(|tables| tables.audit.changes.insert(row, AuditChange::default()));
    let outcome = turned(&panel, id, change).await;
    assert!(matches!(outcome, Err(Error::Store(_))), "{outcome:?}");
    let is_shown = panel
        .fakes
        .store
        .read(|tables| tables.billing.plans[&id].show);
    assert!(is_shown);
}

#[tokio::test]
async fn the_plan_that_new_accounts_try_out_is_not_deleted() {
    let panel = Panel::with_settings(&[("try_out_plan_id", "1")]).await;
    for number in [1, 2] {
        let plan = a_plan(number);
        panel
            .fakes
            .store
            .write(|tables| tables.billing.plans.insert(plan.id, plan));
    }
    let plans = &panel.app.administration.plans;
    let delete = async |number| {
        let change = panel.change(ADMIN, "plan/drop").await;
        plans.delete(PlanId::new(number), change).await
    };
    let refused = Err(Error::Billing(BillingError::PlanIsTrial));
    assert_eq!(delete(1).await, refused);
    assert_eq!(delete(2).await, Ok(()));
    let left = panel.fakes.store.read(|tables| tables.billing.plans.len());
    assert_eq!(left, 1);
}
