//! The guards of the routes for agents: who speaks for a node, or for a machine.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use ferroboard_kernel::{MachineId, NodeId};
use ferroboard_nodes::{Machine, Node};
use ferroboard_protocol::Protocol;

use super::call::{Call, Fields};
use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::input;
use crate::request::reader::Given;

/// The largest body of an agent whose query has the right token: a report about 400,000 users.
pub(super) const LARGE_BODY: usize = 16 * 1024 * 1024;

/// Whom a request speaks for.
struct Admitted {
    /// The node; a handshake may be about none.
    node: Option<Arc<Node>>,
    call: Call,
}

/// Any node, by the secret of all nodes.
pub(crate) async fn node<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    of_type(request, next, None).await
}

/// A node that is Shadowsocks unless it says otherwise.
pub(crate) async fn shadowsocks<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    of_type(request, next, Some(Protocol::Shadowsocks)).await
}

/// A node that is Trojan unless it says otherwise.
pub(crate) async fn trojan<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    of_type(request, next, Some(Protocol::Trojan)).await
}

/// A node by the secret of all nodes, or one of a machine by the machine's.
pub(crate) async fn node_or_machine<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let (request, payload) = request.into_parts();
    let admitted = admit_either(&request, payload, false).await;
    go_on(request, admitted, next).await
}

/// The same, and also nobody in particular.
pub(crate) async fn anybody<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let (request, payload) = request.into_parts();
    let admitted = admit_either(&request, payload, true).await;
    go_on(request, admitted, next).await
}

/// Reads the request of a machine, which its handler judges.
pub(crate) async fn machine<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let (request, payload) = request.into_parts();
    let call = arrived(&request, payload).await;
    let admitted = call.map(|(call, _)| Admitted { node: None, call });
    go_on(request, admitted, next).await
}

async fn of_type<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
    usual: Option<Protocol>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let (request, payload) = request.into_parts();
    let admitted = admit_node(&request, payload, usual).await;
    go_on(request, admitted, next).await
}

async fn go_on<B: MessageBody>(
    request: HttpRequest,
    admitted: Result<Admitted, Fault>,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    match admitted {
        Ok(Admitted { node, call }) => {
            request.extensions_mut().insert(call);
            if let Some(node) = node {
                request.extensions_mut().insert(node);
            }
            let request = ServiceRequest::from_parts(request, Payload::None);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(fault) => Ok(fault.refuse(request)),
    }
}

fn panel_of(request: &HttpRequest) -> Result<Data<Panel>, Fault> {
    let panel = request.app_data::<Data<Panel>>().cloned();
    panel.ok_or_else(|| Fault::internal("the panel is missing".to_owned()))
}

/// The request with its body, and its fields: those of the body as well unless the query has all that
/// names an agent.
async fn arrived(request: &HttpRequest, payload: Payload) -> Result<(Call, Fields), Fault> {
    let panel = panel_of(request)?;
    let query = Call::new(request.clone(), actix_web::web::Bytes::new()).query();
    let usual = panel.options.max_body_bytes;
    let is_known = query
        .get("token")
        .text()
        .is_some_and(|token| panel.application().nodes.admits(&token));
    let limit = if is_known {
        usual.max(LARGE_BODY)
    } else {
        usual
    };
    let body = input::read_body_within(request, payload, limit).await?;
    let call = Call::new(request.clone(), body);
    let is_whole = !query.get("token").is_blank() && !query.get("node_id").is_blank();
    let fields = if is_whole { query } else { call.fields() };
    Ok((call, fields))
}

async fn admit_node(
    request: &HttpRequest,
    payload: Payload,
    usual: Option<Protocol>,
) -> Result<Admitted, Fault> {
    let panel = panel_of(request)?;
    let (call, fields) = arrived(request, payload).await?;
    let protocol = protocol(fields.get("node_type"), usual);
    let refused = [
        ("token", token_refusals(&panel, fields.get("token"))),
        ("node_id", required(fields.get("node_id"))),
        ("node_type", protocol.err().into_iter().collect()),
    ];
    refuse(refused)?;
    let name = fields.get("node_id").owned_text().unwrap_or_default();
    let protocol = protocol.unwrap_or(usual);
    let node = Some(find(&panel, &call, name, protocol).await?);
    Ok(Admitted { node, call })
}

async fn admit_either(
    request: &HttpRequest,
    payload: Payload,
    may_lack_node: bool,
) -> Result<Admitted, Fault> {
    let panel = panel_of(request)?;
    let (call, fields) = arrived(request, payload).await?;
    let (machine, node_id) = (fields.get("machine_id"), fields.get("node_id"));
    let missing = if may_lack_node {
        Vec::new()
    } else {
        required(node_id)
    };
    if machine.is_blank() {
        refuse([
            ("token", token_refusals(&panel, fields.get("token"))),
            ("node_id", missing),
        ])?;
        let Some(name) = node_id.owned_text() else {
            return Ok(Admitted { node: None, call });
        };
        let node = Some(find(&panel, &call, name, None).await?);
        return Ok(Admitted { node, call });
    }
    let node_refused = if missing.is_empty() && !node_id.is_blank() {
        integer(node_id)
    } else {
        missing
    };
    refuse([
        ("machine_id", integer(machine)),
        ("token", required(fields.get("token"))),
        ("node_id", node_refused),
    ])?;
    let machine = admit_machine(&panel, &fields).await?;
    let id = node_id.integer().filter(|id| *id > 0).map(NodeId::new);
    let Some(id) = id else {
        return if may_lack_node {
            Ok(Admitted { node: None, call })
        } else {
            Err(Fault::invalid(vec![(
                "node_id",
                vec![Message::FieldTooSmall],
            )]))
        };
    };
    let run = panel.run(move |app| async move { app.nodes.find_on_machine(&machine, id).await });
    let node = Some(Arc::new(run.await?));
    Ok(Admitted { node, call })
}

/// The node that an agent calls so; from memory where the agent only asks whether anything is new.
async fn find(
    panel: &Panel,
    call: &Call,
    name: String,
    protocol: Option<Protocol>,
) -> Result<Arc<Node>, Fault> {
    let has_answer = call.names_tags();
    if has_answer && let Some(node) = panel.application().nodes.known(&name, protocol) {
        return Ok(node);
    }
    let run = panel.run(move |app| async move {
        if has_answer {
            app.nodes.recall(&name, protocol).await
        } else {
            app.nodes.find(&name, protocol).await
        }
    });
    run.await.map(Arc::new)
}

/// The machine that these fields name; its number and its token are there.
pub(crate) async fn admit_machine(panel: &Panel, fields: &Fields) -> Result<Machine, Fault> {
    let id = MachineId::new(fields.get("machine_id").integer().unwrap_or(0));
    let token = fields.get("token").owned_text().unwrap_or_default();
    let run = panel.run(move |app| async move { app.nodes.admit_machine(id, &token).await });
    run.await
}

/// What is wrong with the fields that name a machine.
pub(crate) fn machine_refusals(fields: &Fields) -> [(&'static str, Vec<Message>); 2] {
    [
        ("machine_id", integer(fields.get("machine_id"))),
        ("token", required(fields.get("token"))),
    ]
}

/// 422 when anything is wrong with any of these.
pub(crate) fn refuse<const N: usize>(
    fields: [(&'static str, Vec<Message>); N],
) -> Result<(), Fault> {
    let refused = fields.into_iter().filter(|(_, wrong)| !wrong.is_empty());
    let refused: Vec<_> = refused.collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Fault::invalid(refused))
    }
}

fn token_refusals(panel: &Panel, token: Given<'_>) -> Vec<Message> {
    if token.is_blank() {
        return vec![Message::FieldRequired];
    }
    let is_right = token
        .text()
        .is_some_and(|token| panel.application().nodes.admits(&token));
    if is_right {
        Vec::new()
    } else {
        vec![Message::NodeTokenInvalid]
    }
}

fn required(field: Given<'_>) -> Vec<Message> {
    match field.text() {
        Some(_) => Vec::new(),
        None => vec![Message::FieldRequired],
    }
}

fn integer(field: Given<'_>) -> Vec<Message> {
    if field.is_blank() {
        vec![Message::FieldRequired]
    } else if field.integer().is_none() {
        vec![Message::FieldNotInteger]
    } else {
        Vec::new()
    }
}

fn protocol(field: Given<'_>, usual: Option<Protocol>) -> Result<Option<Protocol>, Message> {
    match field {
        Given::Absent => Ok(usual),
        Given::Null | Given::Text("v2node") => Ok(None),
        Given::Text(name) => {
            let protocol = Protocol::from_alias(name);
            protocol.map(Some).ok_or(Message::NodeTypeInvalid)
        }
        _ => Err(Message::NodeTypeInvalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_other_names_as_well() {
        let usual = Some(Protocol::Trojan);
        let text = |name| protocol(Given::Text(name), usual);
        assert_eq!(text("v2ray"), Ok(Some(Protocol::Vmess)));
        assert_eq!(text("VLESS"), Ok(Some(Protocol::Vless)));
        assert_eq!(text("v2node"), Ok(None));
        assert_eq!(text("wireguard"), Err(Message::NodeTypeInvalid));
        assert_eq!(protocol(Given::Absent, usual), Ok(usual));
        assert_eq!(protocol(Given::Null, usual), Ok(None));
        assert_eq!(
            protocol(Given::List(&[]), usual),
            Err(Message::NodeTypeInvalid)
        );
    }
}
