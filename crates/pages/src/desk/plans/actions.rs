//! What is done to plans by one button each.

use std::cmp::Ordering;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use ferroboard_application::Change;
use ferroboard_billing::PlanOffer;
use ferroboard_kernel::PlanId;
use ferroboard_web::Panel;

use crate::console::guard::Changing;
use crate::desk::whole_list::moved;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::visitor::Operator;

fn done(operator: &Operator, what: &'static str) -> HttpResponse {
    Flash::done(what).and_go(&operator.visitor, &operator.to("/plans"))
}

/// Turns the switches that the form names.
pub(in crate::desk) async fn switch(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PlanId::new(path.1);
    let turned = |name: &str| form.given(name).map(|_| form.has(name));
    let offer = PlanOffer {
        show: turned("show"),
        sell: turned("sell"),
        renew: turned("renew"),
    };
    let run = panel.run(move |app| async move {
        let plans = &app.administration.plans;
        plans.change(id, offer, change).await
    });
    run.await?;
    Ok(done(&operator, "desk.switched"))
}

/// Lists it before the one above it.
pub(in crate::desk) async fn up(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    place(
        &operator,
        PlanId::new(path.1),
        Ordering::Less,
        change,
        &panel,
    )
    .await
}

/// Lists it behind the one below it.
pub(in crate::desk) async fn down(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    place(
        &operator,
        PlanId::new(path.1),
        Ordering::Greater,
        change,
        &panel,
    )
    .await
}

async fn place(
    operator: &Operator,
    id: PlanId,
    way: Ordering,
    change: Change,
    panel: &Panel,
) -> PageResult {
    let run = panel.run(move |app| async move {
        let plans = &app.administration.plans;
        let listed = plans.list().await?.into_iter();
        let order = listed.map(|offered| offered.plan.id).collect();
        match moved(order, &id, way) {
            Some(order) => plans.sort(order, change).await,
            // It is the first or the last.
            None => Ok(()),
        }
    });
    run.await?;
    Ok(done(operator, "desk.node_placed"))
}

/// Deletes a plan that nobody has.
pub(in crate::desk) async fn delete(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> Result<HttpResponse, Failure> {
    let id = PlanId::new(path.1);
    let run =
        panel.run(move |app| async move { app.administration.plans.delete(id, change).await });
    run.await?;
    Ok(done(&operator, "desk.plan_dropped"))
}
