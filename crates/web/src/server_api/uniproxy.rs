use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder};
use ferroboard_nodes::{DeviceReport, TrafficReport};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::call::NodeCall;
use super::user_list::{self, UserListBody};
use super::{BaseConfig, TAKEN, Taken};
use crate::Panel;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::tagged;

/// What the node is told about itself: `protocol`, `listen_ip`, `server_port`, `network`,
/// `networkSettings`, `base_config`, and what its protocol needs. An agent whose `node_type` is
/// `v2node` is told in its own words as well: `network_settings`, `tls`, `encryption_settings`.
#[utoipa::path(
    get,
    path = "/api/v1/server/UniProxy/config",
    responses(
        (status = 200, description = "The configuration, with an `ETag`", body = Object),
        (status = 304, description = "`If-None-Match` names this configuration"),
    )
)]
pub(crate) async fn config(arrived: NodeCall, panel: Data<Panel>) -> Result<HttpResponse, Fault> {
    let NodeCall { node, call } = arrived;
    let own = Arc::clone(&node);
    let run =
        panel.run(|app| async move { Ok((app.nodes.config(&own).await?, app.nodes.policy())) });
    let (mut config, policy) = run.await?;
    if call.fields().get("node_type").text().as_deref() == Some("v2node") {
        config = config.for_v2node(&node);
    }
    let mut members = config.0;
    let base = json!(BaseConfig::from(&policy));
    members.insert("base_config".to_owned(), base);
    let body = Value::Object(members).to_string();
    let tag = tagged::tag_of(body.as_bytes());
    Ok(call.answer(&tag, || body))
}

/// The users that the node lets in, by number.
#[utoipa::path(
    get,
    path = "/api/v1/server/UniProxy/user",
    responses(
        (status = 200, description = "The users, with an `ETag`", body = UserListBody),
        (status = 304, description = "`If-None-Match` names this list"),
    )
)]
pub(crate) async fn users(arrived: NodeCall, panel: Data<Panel>) -> Result<HttpResponse, Fault> {
    let NodeCall { node, call } = arrived;
    let list = match panel.application().nodes.known_users(&node) {
        Some(list) => list,
        None => {
            let run = panel.run(|app| async move {
                let render = user_list::render;
                app.nodes.rendered_users(&node, render).await
            });
            run.await?
        }
    };
    let tag = list.tag.clone();
    Ok(call.answer(&tag, || user_list::body_of(list)))
}

/// Traffic since the last report: `{"<user>": [bytes up, bytes down], …}`. It is counted once: a report
/// that arrives again with the same `Idempotency-Key` (or `report_id`), or without one and with the
/// same content soon after, is answered and not counted. Entries that are no two amounts are passed
/// over.
#[utoipa::path(
    post,
    path = "/api/v1/server/UniProxy/push",
    request_body = Object,
    responses(
        (status = 200, description = "Counted, durably", body = SuccessBody<bool>),
        (status = 422, description = "A field, the token or the report is wrong", body = FailureBody),
    )
)]
pub(crate) async fn push(arrived: NodeCall, panel: Data<Panel>) -> Result<Success<bool>, Fault> {
    arrived.count(&panel, TrafficReport::parse).await?;
    Ok(DONE)
}

/// From where users are online through this node: `{"<user>": ["<address>", …], …}`. For each of these
/// users the addresses replace those of the last report.
#[utoipa::path(
    post,
    path = "/api/v1/server/UniProxy/alive",
    request_body = Object,
    responses(
        (status = 200, description = "Kept", body = Taken),
        (status = 400, description = "No such node, or no such report", body = FailureBody),
    )
)]
pub(crate) async fn alive(arrived: NodeCall, panel: Data<Panel>) -> Result<Bare<Taken>, Fault> {
    let NodeCall { node, call } = arrived;
    let parsed = serde_json::from_slice(&call.body).ok();
    let report = parsed.and_then(|given: Value| DeviceReport::parse(&given));
    let report = report.ok_or(Fault::refused(Message::DevicesInvalid).detailed())?;
    let run = panel.run(|app| async move { app.node_reports.devices(&node, &report).await });
    run.await?;
    Ok(Bare(TAKEN))
}

/// How many devices each user has.
#[derive(Serialize, ToSchema)]
pub(crate) struct AliveList {
    /// Numbers of devices by numbers of users.
    #[schema(value_type = std::collections::HashMap<String, i64>)]
    alive: Map<String, Value>,
}

/// The devices over all nodes of those users of this node who may have a limited number of them.
#[utoipa::path(
    get,
    path = "/api/v1/server/UniProxy/alivelist",
    responses((status = 200, description = "How many devices each user has", body = AliveList))
)]
pub(crate) async fn alive_list(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let node = arrived.node;
    let run = panel.run(|app| async move { app.nodes.device_counts(&node).await });
    let counts = run.await?.into_iter();
    let alive = counts.map(|(user, count)| (user.to_string(), json!(count)));
    let alive = alive.collect();
    Ok(Bare(AliveList { alive }))
}
