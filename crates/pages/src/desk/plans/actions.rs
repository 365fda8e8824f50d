//! What is done to plans by one button each.

use std::cmp::Ordering;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
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

/// Does to a plan what the last part of the path says: only one that nobody has is deleted.
pub(in crate::desk) async fn act(
    operator: Operator,
    path: Path<(String, i64, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let (id, action) = (PlanId::new(path.1), path.2.clone());
    let what = match action.as_str() {
        "drop" => "desk.plan_dropped",
        "up" | "down" => "desk.node_placed",
        _ => return Err(Failure::Unknown),
    };
    let run = panel.run(move |app| async move {
        let plans = &app.administration.plans;
        let way = match action.as_str() {
            "drop" => return plans.delete(id, change).await,
            "up" => Ordering::Less,
            _ => Ordering::Greater,
        };
        let listed = plans.list().await?.into_iter();
        let order = listed.map(|offered| offered.plan.id).collect();
        match moved(order, &id, way) {
            Some(order) => plans.sort(order, change).await,
            // It is the first or the last.
            None => Ok(()),
        }
    });
    run.await?;
    Ok(done(&operator, what))
}
