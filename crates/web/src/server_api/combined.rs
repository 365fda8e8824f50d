use actix_web::web::Data;
use ferroboard_application::NodeReport;
use ferroboard_nodes::{DeviceReport, NodeLoad, NodeMetrics, TrafficReport};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{Call, Fields, NodeCall};
use super::{TAKEN, Taken};
use crate::Panel;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::request::client_address::Root;

/// What an agent may connect to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Handshake {
    websocket: WebSocket,
}

/// Where the WebSocket is.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebSocket {
    /// Agents go on asking where there is none.
    enabled: bool,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    ws_url: Option<String>,
}

/// Whether there is a WebSocket for nodes. `node_id` may be missing.
#[utoipa::path(
    get,
    path = "/api/v2/server/handshake",
    responses((status = 200, description = "What to connect to", body = Handshake))
)]
pub(crate) async fn handshake(_: Call, root: Root, panel: Data<Panel>) -> Bare<Handshake> {
    let ws_url = panel
        .application()
        .nodes
        .policy()
        .socket_address(root.0.for_asker());
    let enabled = ws_url.is_some();
    let websocket = WebSocket { enabled, ws_url };
    Bare(Handshake { websocket })
}

/// The same, with the fields in the body.
#[utoipa::path(
    post,
    path = "/api/v2/server/handshake",
    request_body = Object,
    responses((status = 200, description = "What to connect to", body = Handshake))
)]
pub(crate) async fn handshake_by_post(
    call: Call,
    root: Root,
    panel: Data<Panel>,
) -> Bare<Handshake> {
    handshake(call, root, panel).await
}

/// Everything at once: `traffic` as in `push`, `alive` as in `alive`, `status` as in `status` with
/// missing numbers as 0, `metrics`. Parts that are missing, empty or of another shape are passed over.
/// The traffic is counted once, as in `push`.
#[utoipa::path(
    post,
    path = "/api/v2/server/report",
    request_body = Object,
    responses((status = 200, description = "Kept, and counted durably", body = Taken))
)]
pub(crate) async fn report(arrived: NodeCall, panel: Data<Panel>) -> Result<Bare<Taken>, Fault> {
    let NodeCall { node, call } = arrived;
    let fields = call.fields();
    let (report, name) = (parts(&fields), call.report_name(&fields));
    let run =
        panel.run(|app| async move { app.node_reports.all(&node, &report, name.as_deref()).await });
    run.await?;
    Ok(Bare(TAKEN))
}

fn parts(fields: &Fields) -> NodeReport {
    NodeReport {
        traffic: fields.filled("traffic").and_then(TrafficReport::parse),
        devices: fields.filled("alive").and_then(DeviceReport::parse),
        load: fields.filled("status").map(NodeLoad::lenient),
        metrics: fields.filled("metrics").cloned().map(NodeMetrics),
    }
}
