//! `server/manage/*`: the nodes.

use actix_web::web::Data;
use ferroboard_kernel::NodeId;
use utoipa::ToSchema;

use super::node_bodies::ManagedNodeBody;
use super::node_forms::SaveNode;
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// So many nodes are named at once at most, which is as many as a panel lists.
const MOST: i64 = 5_000;
/// Places have numbers up to this.
const HIGHEST_PLACE: i64 = 1_000_000_000;

/// Every node in its order, with what was reported for it.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/manage/getNodes",
    responses((status = 200, description = "The nodes", body = SuccessBody<Vec<ManagedNodeBody>>))
)]
pub(crate) async fn list(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<ManagedNodeBody>>, Fault> {
    let run = panel.run(|app| async move { app.administration.nodes.list().await });
    let (nodes, now) = run.await?;
    let bodies = nodes
        .into_iter()
        .map(|node| ManagedNodeBody::new(node, now));
    Ok(Success(bodies.collect()))
}

/// Makes a node, which stands at the end, or changes one. A node that nobody could use is refused.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/save",
    request_body = SaveNode,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "Another node has the code, or there is no such node", body = FailureBody),
        (status = 422, description = "A field is missing or odd, or nobody could use the node", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveNode>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let id = body.id();
        app.administration
            .nodes
            .save(id, body.into_terms(), change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// Which node.
#[derive(ToSchema)]
pub(crate) struct NamedNode {
    #[schema(value_type = i64)]
    id: NodeId,
}

/// The node that a field names.
pub(super) fn named(read: &mut Reader<'_>) -> Result<NodeId, Refused> {
    read.required("id").integer().map(NodeId::new).get()
}

impl Body for NamedNode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self { id: named(read)? })
    }
}

/// Which nodes; those that there are not are passed over.
#[derive(ToSchema)]
pub(crate) struct NamedNodes {
    #[schema(value_type = Vec<i64>)]
    ids: Vec<NodeId>,
}

/// The nodes that a field names.
pub(super) fn all_named(read: &mut Reader<'_>) -> Result<Vec<NodeId>, Refused> {
    let ids = read.required("ids");
    let ids = ids.each(|id| id.integer().map(NodeId::new).get());
    ids.max(MOST).get()
}

impl Body for NamedNodes {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let ids = all_named(read)?;
        Ok(Self { ids })
    }
}

/// Makes another node like one: hidden, without a code, and with keys of its own.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/copy",
    request_body = NamedNode,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such node", body = FailureBody),
        (status = 422, description = "No node was named", body = FailureBody),
    )
)]
pub(crate) async fn copy(
    Changing(change): Changing,
    Read(body): Read<NamedNode>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.nodes.copy(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes a node. Its children are nodes of their own then.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/drop",
    request_body = NamedNode,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such node", body = FailureBody),
        (status = 422, description = "No node was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedNode>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.nodes.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes many nodes.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/batchDelete",
    request_body = NamedNodes,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 422, description = "No nodes were named", body = FailureBody),
    )
)]
pub(crate) async fn delete_all(
    Changing(change): Changing,
    Read(body): Read<NamedNodes>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.nodes.delete_all(body.ids, change).await });
    run.await?;
    Ok(DONE)
}

/// Sets what a node carried to nothing.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/resetTraffic",
    request_body = NamedNode,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such node", body = FailureBody),
        (status = 422, description = "No node was named", body = FailureBody),
    )
)]
pub(crate) async fn reset_traffic(
    Changing(change): Changing,
    Read(body): Read<NamedNode>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration
            .nodes
            .reset_traffic(body.id, change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// Sets what many nodes carried to nothing.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/batchResetTraffic",
    request_body = NamedNodes,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 422, description = "No nodes were named", body = FailureBody),
    )
)]
pub(crate) async fn reset_all_traffic(
    Changing(change): Changing,
    Read(body): Read<NamedNodes>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration
            .nodes
            .reset_all_traffic(body.ids, change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// The place of a node.
#[derive(ToSchema)]
pub(crate) struct PlacedNode {
    #[schema(value_type = i64)]
    id: NodeId,
    order: i64,
}

/// The places of nodes: the body is the list itself.
pub(crate) struct PlaceNodes(Vec<PlacedNode>);

impl Body for PlaceNodes {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // A row without one of the two says nothing.
        let rows = read.rows(|row| {
            let id = row.nullable("id").integer().map(NodeId::new).get();
            let order = row.nullable("order").integer();
            let order = order.min(-HIGHEST_PLACE).max(HIGHEST_PLACE).get();
            let (id, order) = (id?, order?);
            Ok(id.zip(order).map(|(id, order)| PlacedNode { id, order }))
        });
        Ok(Self(rows?.into_iter().flatten().collect()))
    }
}

/// Gives nodes their places; one below 0 is the first. Those that are not named make room, so that no two stand at
/// one place.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/sort",
    request_body = Vec<PlacedNode>,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 422, description = "A number is odd", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<PlaceNodes>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let places = body.0.into_iter().map(|row| (row.id, row.order)).collect();
    let run =
        panel.run(move |app| async move { app.administration.nodes.place(places, change).await });
    run.await?;
    Ok(DONE)
}
