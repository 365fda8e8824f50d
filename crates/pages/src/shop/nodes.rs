//! The nodes that a customer may use.

use actix_web::web::Data;
use askama::Template;
use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_nodes::NodeView;
use ferroboard_web::Panel;

use super::node_load::NodeLoad;
use crate::failure::PageResult;
use crate::page::{Page, show};
use crate::visitor::Customer;

/// A node: neither its address nor anything to log in with.
struct NodeRow {
    name: String,
    protocol: &'static str,
    rate: String,
    tags: Vec<String>,
    is_online: bool,
    load: NodeLoad,
}

#[derive(Template)]
#[template(path = "shop/nodes.html")]
struct NodesPage {
    page: Page,
    nodes: Vec<NodeRow>,
    has_plan: bool,
    /// Whether the subscription runs.
    has_subscription: bool,
}

/// The nodes with their state, in their order; none without a running subscription.
pub(super) async fn list(customer: Customer, panel: Data<Panel>) -> PageResult {
    let account = customer.session.account.clone();
    let run = panel.run(|app| async move {
        let nodes = app.nodes.visible_to(&account).await?;
        let now = app.nodes.now();
        Ok((
            nodes,
            now,
            app.nodes.policy().zone,
            account.may_use_nodes(now),
        ))
    });
    let (views, now, zone, has_subscription) = run.await?;
    let nodes = views.into_iter();
    let nodes = nodes.map(|view| NodeRow::new(view, now, zone));
    show(&NodesPage {
        nodes: nodes.collect(),
        has_plan: customer.session.account.plan_id.is_some(),
        has_subscription,
        page: Page::new(&customer.visitor, "/my/nodes", "shop.nodes_title")?,
    })
}

impl NodeRow {
    fn new(view: NodeView, now: UnixSeconds, zone: Zone) -> Self {
        let is_online = view.state.is_online(now);
        let told = view.state.load.as_ref().map(|(load, _)| load);
        let load = told.filter(|_| is_online).map(NodeLoad::read);
        Self {
            protocol: view.node.protocol.name(),
            rate: view.node.current_rate(now, zone).to_string(),
            is_online,
            load: load.unwrap_or_default(),
            name: view.node.name,
            tags: view.node.tags.unwrap_or_default(),
        }
    }
}
