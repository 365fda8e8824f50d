//! What is done to a node by one button each.

use std::cmp::Ordering;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use ferroboard_kernel::NodeId;
use ferroboard_nodes::{NodeSwitches, Said};
use ferroboard_web::Panel;

use crate::console::guard::Changing;
use crate::desk::whole_list::moved;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::visitor::Operator;

fn done(operator: &Operator, what: &'static str) -> HttpResponse {
    Flash::done(what).and_go(&operator.visitor, &operator.to("/nodes"))
}

/// Turns the switches that the form names.
pub(in crate::desk) async fn switch(
    operator: Operator,
    path: Path<(String, i64)>,
    Changing(change): Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = NodeId::new(path.1);
    let turned = |name: &str| form.given(name).map(|_| form.has(name));
    let switches = NodeSwitches {
        show: turned("show"),
        enabled: turned("enabled"),
        machine: Said::Nothing,
    };
    let run = panel
        .run(move |app| async move { app.administration.nodes.switch(id, switches, change).await });
    run.await?;
    Ok(done(&operator, "desk.switched"))
}

/// Does to a node what the last part of the path says.
pub(in crate::desk) async fn act(
    operator: Operator,
    path: Path<(String, i64, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let (id, action) = (NodeId::new(path.1), path.2.as_str());
    let what = match action {
        "copy" => "desk.node_copied",
        "drop" => "desk.node_dropped",
        "reset" => "desk.node_reset_done",
        "up" | "down" => "desk.node_placed",
        _ => return Err(Failure::Unknown),
    };
    let action = action.to_owned();
    let run = panel.run(move |app| async move {
        let nodes = &app.administration.nodes;
        let way = match action.as_str() {
            "copy" => return nodes.copy(id, change).await,
            "drop" => return nodes.delete(id, change).await,
            "reset" => return nodes.reset_traffic(id, change).await,
            "up" => Ordering::Less,
            _ => Ordering::Greater,
        };
        let listed = nodes.list().await?.0.into_iter();
        let order: Vec<NodeId> = listed.map(|node| node.view.record.id).collect();
        // It is the first or the last.
        let Some(order) = moved(order, &id, way) else {
            return Ok(());
        };
        let places = (0_i64..).zip(order).map(|(place, node)| (node, place));
        nodes.place(places.collect(), change).await
    });
    run.await?;
    Ok(done(&operator, what))
}
