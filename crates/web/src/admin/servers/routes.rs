//! `server/route/*`: the rules that nodes apply to traffic.

use actix_web::web::Data;
use ferroboard_application::{Error, NodeRouteView};
use ferroboard_kernel::RouteId;
use ferroboard_nodes::{NodeError, RouteAction, RouteTerms};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// A rule that nodes apply to traffic.
#[derive(Serialize, ToSchema)]
pub(crate) struct NodeRouteBody {
    id: i64,
    remarks: String,
    /// What it is about.
    r#match: Vec<String>,
    /// `block`, `direct`, `dns` or `proxy`.
    action: String,
    action_value: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl From<NodeRouteView> for NodeRouteBody {
    fn from(view: NodeRouteView) -> Self {
        let route = view.kept.route;
        Self {
            id: route.id.get(),
            remarks: view.kept.remarks,
            r#match: route.matches,
            action: route.action,
            action_value: route.action_value,
            created_at: view.created_at.get(),
            updated_at: view.updated_at.get(),
        }
    }
}

/// The rules.
#[derive(Serialize, ToSchema)]
pub(crate) struct NodeRouteList {
    data: Vec<NodeRouteBody>,
}

/// Every rule.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/route/fetch",
    responses((status = 200, description = "The rules", body = NodeRouteList))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Bare<NodeRouteList>, Fault> {
    let run = panel.run(|app| async move { app.administration.routes.list().await });
    let routes = run.await?.into_iter();
    let data = routes.map(NodeRouteBody::from).collect();
    Ok(Bare(NodeRouteList { data }))
}

/// A rule that is made or changed.
#[derive(ToSchema)]
pub struct SaveNodeRoute {
    /// The rule that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<RouteId>,
    /// What it is for.
    remarks: String,
    /// What it is about, such as `domain:example.com`. Empty texts are left out.
    r#match: Vec<String>,
    /// `block`, `direct`, `dns` or `proxy`.
    #[schema(value_type = String)]
    action: RouteAction,
    /// With what.
    action_value: Option<String>,
}

/// The most characters of all texts of a rule, which is what their column holds of the widest of them.
const LARGEST: usize = 16_000;
/// The most texts of a rule.
const MOST: i64 = 5_000;

impl Body for SaveNodeRoute {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let remarks = read.required("remarks").says(Message::RouteRemarksRequired);
        let remarks = remarks.text().max(255).get();
        let matches = read.required("match").says(Message::RouteMatchRequired);
        // A list whose items are empty texts has them as null.
        let matches = matches.each(|item| {
            item.judge(|given| match given {
                Given::Null => Ok(None),
                given => given.owned_text().map(Some).ok_or(Message::TextInvalid),
            })
            .get()
        });
        let matches = matches.max(MOST).map(|items| items.into_iter().flatten());
        let limit = i64::try_from(LARGEST).unwrap_or(i64::MAX);
        let matches = matches.parse(Message::FieldTooLong { limit }, |items| {
            let items: Vec<String> = items.collect();
            let characters: usize = items.iter().map(|item| item.chars().count() + 3).sum();
            (characters <= LARGEST).then_some(items)
        });
        let matches = matches.get();
        let action = read.required("action").says(Message::RouteActionRequired);
        let action = action
            .one_of(&RouteAction::NAMES)
            .says(Message::RouteActionInvalid);
        let action = action.parse(Message::RouteActionInvalid, RouteAction::named);
        let action = action.get();
        let value = read.nullable("action_value").text().max(255).get();
        let id = read.nullable("id").naming(missing, Given::integer).get();
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(RouteId::new),
            remarks: remarks?,
            r#match: matches?,
            action: action?,
            action_value: value?,
        })
    }
}

impl SaveNodeRoute {
    /// The rule that is changed, a new one without it, and what is said about it.
    pub fn into_parts(self) -> (Option<RouteId>, RouteTerms) {
        let terms = RouteTerms {
            remarks: self.remarks,
            matches: self.r#match,
            action: self.action,
            action_value: self.action_value,
        };
        (self.id, terms)
    }
}

/// What is no number is refused like one that no rule has.
fn missing() -> Fault {
    Error::from(NodeError::RouteMissing).into()
}

/// Makes a rule, or changes one: nodes that name it are told at once.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/route/save",
    request_body = SaveNodeRoute,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such rule", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveNodeRoute>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, terms) = body.into_parts();
    let run = panel.run(move |app| async move {
        let routes = &app.administration.routes;
        match id {
            Some(id) => routes.change(id, &terms, change).await,
            None => routes.create(&terms, change).await,
        }
    });
    run.await?;
    Ok(DONE)
}

/// Which rule.
#[derive(ToSchema)]
pub(crate) struct NamedNodeRoute {
    #[schema(value_type = i64)]
    id: RouteId,
}

impl Body for NamedNodeRoute {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.any("id").naming(missing, Given::integer);
        let id = id.map(RouteId::new).get()?;
        Ok(Self { id })
    }
}

/// That a rule is gone.
#[derive(Serialize, ToSchema)]
pub(crate) struct RouteDeleted {
    data: bool,
}

/// Deletes a rule: nodes that name it are told at once.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/route/drop",
    request_body = NamedNodeRoute,
    responses(
        (status = 200, description = "Deleted", body = RouteDeleted),
        (status = 400, description = "There is no such rule", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedNodeRoute>,
    panel: Data<Panel>,
) -> Result<Bare<RouteDeleted>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.routes.delete(body.id, change).await });
    run.await?;
    Ok(Bare(RouteDeleted { data: true }))
}
