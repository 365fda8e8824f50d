//! Routes of agents that are older than `UniProxy`.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Data;
use ferroboard_nodes::{ListedUuid, Node, NodeError, TrafficReport};
use ferroboard_protocol::Protocol;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::NodeCall;
use super::user_list::text_of;
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::tagged;

/// A report was taken, in the words that these agents look for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Submitted {
    ret: u8,
    msg: &'static str,
}

/// A user of a Shadowsocks node.
#[derive(Serialize, ToSchema)]
struct ShadowsocksUser<'a> {
    id: i64,
    port: i64,
    cipher: Option<&'a str>,
    #[schema(value_type = String)]
    #[serde(serialize_with = "text_of")]
    secret: ListedUuid<'a>,
}

/// A user of a Trojan node.
#[derive(Serialize, ToSchema)]
struct TrojanUser<'a> {
    id: i64,
    speed_limit: Option<i64>,
    device_limit: Option<i64>,
    #[serde(rename = "trojan_user")]
    login: TrojanLogin<'a>,
}

/// What a user logs in to a Trojan node with.
#[derive(Serialize, ToSchema)]
struct TrojanLogin<'a> {
    #[schema(value_type = String)]
    #[serde(serialize_with = "text_of")]
    password: ListedUuid<'a>,
}

#[derive(Serialize)]
struct ShadowsocksUsers<'a> {
    data: &'a [ShadowsocksUser<'a>],
}

#[derive(Serialize)]
struct TrojanUsers<'a> {
    msg: &'static str,
    data: &'a [TrojanUser<'a>],
}

/// The users that a Shadowsocks node lets in.
#[utoipa::path(
    get,
    path = "/api/v1/server/ShadowsocksTidalab/user",
    responses(
        (status = 200, description = "`data`: the users, with an `ETag`", body = Object),
        (status = 304, description = "`If-None-Match` names this list"),
    )
)]
pub(crate) async fn shadowsocks_users(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let NodeCall { node, call } = arrived;
    let asked = node.clone();
    let run = panel.run(|app| async move { app.nodes.users(&asked).await });
    let list = run.await?;
    let users: Vec<ShadowsocksUser<'_>> = list
        .users()
        .map(|user| ShadowsocksUser {
            id: user.id.get(),
            port: node.server_port,
            cipher: node.settings.text("cipher"),
            secret: user.uuid,
        })
        .collect();
    let tag = tagged::tag_of(&serde_json::to_vec(&users).unwrap_or_default());
    let body = ShadowsocksUsers { data: &users };
    Ok(call.answer(&tag, || serde_json::to_vec(&body).unwrap_or_default()))
}

/// Traffic of a Shadowsocks node: `[{"user_id", "u", "d"}, …]`, counted as in `UniProxy/push`.
#[utoipa::path(
    post,
    path = "/api/v1/server/ShadowsocksTidalab/submit",
    request_body = Vec<Object>,
    responses(
        (status = 200, description = "Counted, durably", body = Submitted),
        (status = 422, description = "A field, the token or the report is wrong", body = FailureBody),
    )
)]
pub(crate) async fn shadowsocks_submit(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<Bare<Submitted>, Fault> {
    submit(arrived, panel).await
}

/// The users that a Trojan node lets in.
#[utoipa::path(
    get,
    path = "/api/v1/server/TrojanTidalab/user",
    responses(
        (status = 200, description = "`data`: the users, with an `ETag`", body = Object),
        (status = 304, description = "`If-None-Match` names this list"),
        (status = 400, description = "No such Trojan node", body = FailureBody),
    )
)]
pub(crate) async fn trojan_users(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let NodeCall { node, call } = arrived;
    refuse_others(&node)?;
    let run = panel.run(|app| async move { app.nodes.users(&node).await });
    let list = run.await?;
    let users: Vec<TrojanUser<'_>> = list
        .users()
        .map(|user| TrojanUser {
            id: user.id.get(),
            speed_limit: user.speed_limit,
            device_limit: user.device_limit,
            login: TrojanLogin {
                password: user.uuid,
            },
        })
        .collect();
    let tag = tagged::tag_of(&serde_json::to_vec(&users).unwrap_or_default());
    let body = TrojanUsers {
        msg: "ok",
        data: &users,
    };
    Ok(call.answer(&tag, || serde_json::to_vec(&body).unwrap_or_default()))
}

/// Traffic of a Trojan node: `[{"user_id", "u", "d"}, …]`, counted as in `UniProxy/push`.
#[utoipa::path(
    post,
    path = "/api/v1/server/TrojanTidalab/submit",
    request_body = Vec<Object>,
    responses(
        (status = 200, description = "Counted, durably", body = Submitted),
        (status = 400, description = "No such Trojan node", body = FailureBody),
        (status = 422, description = "A field, the token or the report is wrong", body = FailureBody),
    )
)]
pub(crate) async fn trojan_submit(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<Bare<Submitted>, Fault> {
    refuse_others(&arrived.node)?;
    submit(arrived, panel).await
}

/// The configuration file of a Trojan server, a bare JSON text. `local_port` is where its own
/// interface listens.
#[utoipa::path(
    get,
    path = "/api/v1/server/TrojanTidalab/config",
    params(("local_port" = i64, Query, description = "Port of its own interface")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/html"),
        (status = 400, description = "No such Trojan node", body = FailureBody),
    )
)]
pub(crate) async fn trojan_config(arrived: NodeCall) -> Result<HttpResponse, Fault> {
    let NodeCall { node, call } = arrived;
    refuse_others(&node)?;
    let query = call.query();
    let field = query.get("local_port");
    if field.is_blank() {
        let refused = vec![("local_port", vec![Message::FieldRequired])];
        return Err(Fault::invalid(refused));
    }
    let Some(port) = field.integer() else {
        let refused = vec![("local_port", vec![Message::FieldNotInteger])];
        return Err(Fault::invalid(refused));
    };
    // Slashes as the reference panel writes them.
    let text = serde_json::to_string(&server_file(&node, port)).unwrap_or_default();
    let text = text.replace('/', "\\/");
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(text))
}

/// The file of a Trojan server, in its usual order.
#[derive(Serialize)]
struct ServerFile<'a> {
    run_type: &'static str,
    local_addr: &'static str,
    local_port: i64,
    remote_addr: &'static str,
    remote_port: u16,
    password: [&'static str; 0],
    ssl: ServerCertificate<'a>,
    api: ServerInterface,
}

#[derive(Serialize)]
struct ServerCertificate<'a> {
    cert: &'static str,
    key: &'static str,
    sni: &'a str,
}

#[derive(Serialize)]
struct ServerInterface {
    enabled: bool,
    api_addr: &'static str,
    api_port: i64,
}

fn server_file(node: &Node, api_port: i64) -> ServerFile<'_> {
    ServerFile {
        run_type: "server",
        local_addr: "0.0.0.0",
        local_port: node.server_port,
        remote_addr: "www.taobao.com",
        remote_port: 80,
        password: [],
        ssl: ServerCertificate {
            cert: "/root/.cert/server.crt",
            key: "/root/.cert/server.key",
            sni: node.settings.text("server_name").unwrap_or(&node.host),
        },
        api: ServerInterface {
            enabled: true,
            api_addr: "127.0.0.1",
            api_port,
        },
    }
}

async fn submit(arrived: NodeCall, panel: Data<Panel>) -> Result<Bare<Submitted>, Fault> {
    arrived.count(&panel, TrafficReport::parse_rows).await?;
    Ok(Bare(Submitted { ret: 1, msg: "ok" }))
}

fn refuse_others(node: &Node) -> Result<(), Fault> {
    if node.protocol == Protocol::Trojan {
        Ok(())
    } else {
        Err(ferroboard_application::Error::from(NodeError::NodeMissing).into())
    }
}
