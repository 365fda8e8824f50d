//! Making a plan, and changing one.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::NodeGroupView;
use ferroboard_kernel::PlanId;
use ferroboard_web::forms::SavePlan;
use ferroboard_web::{Fault, Panel, body_of};

use super::form::{blank, edited, page, specs};
use crate::console::guard::Changing;
use crate::desk::fields::sent;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::visitor::Operator;

async fn groups(panel: &Panel) -> Result<Vec<NodeGroupView>, Fault> {
    let run = panel.run(|app| async move { app.administration.groups.list().await });
    run.await
}

/// The form for a new plan.
pub(in crate::desk) async fn new(operator: Operator, form: Form, panel: Data<Panel>) -> PageResult {
    let groups = groups(&panel).await?;
    page(&operator, None, &groups, &blank(), &form)?.answer(StatusCode::OK)
}

/// The form of a plan that there is.
pub(in crate::desk) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PlanId::new(path.1);
    let run = panel.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?;
    let plan = plans.iter().find(|offered| offered.plan.id == id);
    let typed = edited(&plan.ok_or(Failure::Unknown)?.plan);
    let groups = groups(&panel).await?;
    page(&operator, Some(id), &groups, &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a plan, which is neither shown nor sold yet.
pub(in crate::desk) async fn create(
    operator: Operator,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(&operator, None, changing, form, &panel).await
}

/// Changes a plan.
pub(in crate::desk) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(&operator, Some(PlanId::new(path.1)), changing, form, &panel).await
}

async fn save(
    operator: &Operator,
    id: Option<PlanId>,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let typed = Typed::of(&form);
    let mut fields = sent(&specs(), &typed, &mut form, "");
    fields.put("id", id.map(PlanId::get));
    let saved: Result<(), Fault> = async {
        let body = body_of::<SavePlan>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let (id, terms, to_members) = body.into_parts();
            let plans = &app.administration.plans;
            plans.save(id, terms, to_members, change).await
        });
        run.await
    }
    .await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.plan_saved");
            Ok(done.and_go(&operator.visitor, &operator.to("/plans")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            let groups = groups(panel).await?;
            page(operator, id, &groups, &typed, &form)?.answer(status)
        }
    }
}
