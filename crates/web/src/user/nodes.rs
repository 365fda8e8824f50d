use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_application::RenderedList;
use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_nodes::NodeView;
use ferroboard_protocol::Protocol;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::decimal::number;
use crate::answer::envelope::{SuccessBody, success};
use crate::answer::fault::Fault;
use crate::answer::tagged;
use crate::guards::session::Session;

/// A node, as customers see it: neither its address nor anything to log in with.
#[derive(Serialize, ToSchema)]
pub(crate) struct NodeBody {
    id: i64,
    r#type: &'static str,
    /// 1 or 2 for Hysteria.
    version: Option<i64>,
    name: String,
    /// By what its traffic is multiplied at the moment.
    #[schema(value_type = Option<f64>)]
    rate: Option<Number>,
    tags: Option<Vec<String>>,
    /// 0 or 1.
    is_online: u8,
    cache_key: String,
    last_check_at: Option<i64>,
}

impl NodeBody {
    fn new(view: &NodeView, now: UnixSeconds, zone: Zone) -> Self {
        let version = match view.node.protocol {
            Protocol::Hysteria => view.node.settings.integer("version"),
            _ => None,
        };
        Self {
            id: view.node.id.get(),
            r#type: view.node.protocol.name(),
            version,
            rate: number(view.node.current_rate(now, zone)),
            is_online: view.state.is_online(now).into(),
            cache_key: view.cache_key(now),
            last_check_at: view.state.last_check_at.map(UnixSeconds::get),
            name: view.node.name.clone(),
            tags: view.node.tags.clone(),
        }
    }

    /// What a client must hear of when it changes.
    fn key(&self) -> String {
        let rate = self.rate.as_ref().map(ToString::to_string);
        let tags = self.tags.as_deref().unwrap_or_default().join(",");
        format!(
            "{} {} {} {tags}",
            self.cache_key,
            rate.unwrap_or_default(),
            self.name
        )
    }
}

/// The nodes that the user may use, in their order; none without a running subscription.
#[utoipa::path(
    get,
    path = "/api/v1/user/server/fetch",
    responses(
        (status = 200, description = "The nodes, with an `ETag`", body = SuccessBody<Vec<NodeBody>>),
        (status = 304, description = "`If-None-Match` names this list"),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let account = session.0.account;
    let list = match panel.application().nodes.known_list_for(&account, write) {
        Some(list) => list,
        None => {
            let run = panel.run(|app| async move { app.nodes.list_for(&account, write).await });
            run.await?
        }
    };
    let body = || Bytes::from_owner(Written(Arc::clone(&list)));
    Ok(tagged::answer(&request, &list.tag, body))
}

/// The list as it is answered.
fn write(views: &[NodeView], now: UnixSeconds, zone: Zone) -> RenderedList {
    let views = views.iter();
    let nodes: Vec<NodeBody> = views.map(|view| NodeBody::new(view, now, zone)).collect();
    let keys: Vec<String> = nodes.iter().map(NodeBody::key).collect();
    RenderedList {
        tag: tagged::tag_of(&serde_json::to_vec(&keys).unwrap_or_default()),
        body: success(nodes),
    }
}

/// A list without a copy of it.
struct Written(Arc<RenderedList>);

impl AsRef<[u8]> for Written {
    fn as_ref(&self) -> &[u8] {
        &self.0.body
    }
}
