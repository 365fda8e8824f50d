//! `server/group/*`: the permission groups.

use actix_web::web::Data;
use ferroboard_application::{Error, NodeGroupView};
use ferroboard_kernel::GroupId;
use ferroboard_nodes::NodeError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// A permission group: which nodes a subscription may use.
#[derive(Serialize, ToSchema)]
pub(crate) struct NodeGroupBody {
    id: i64,
    name: String,
    created_at: i64,
    updated_at: i64,
    /// Users who are in it.
    users_count: i64,
    /// Nodes that serve it.
    server_count: i64,
}

impl From<NodeGroupView> for NodeGroupBody {
    fn from(view: NodeGroupView) -> Self {
        let group = view.group;
        Self {
            id: group.id.get(),
            name: group.name,
            created_at: group.created_at.get(),
            updated_at: group.updated_at.get(),
            users_count: view.users,
            server_count: view.nodes,
        }
    }
}

/// The groups, the latest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/group/fetch",
    responses((status = 200, description = "The groups", body = SuccessBody<Vec<NodeGroupBody>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<NodeGroupBody>>, Fault> {
    let run = panel.run(|app| async move { app.administration.groups.list().await });
    let groups = run.await?.into_iter();
    Ok(Success(groups.map(NodeGroupBody::from).collect()))
}

/// A group that is made or renamed.
#[derive(ToSchema)]
pub struct SaveNodeGroup {
    /// The group that is renamed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<GroupId>,
    name: String,
}

impl Body for SaveNodeGroup {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").naming(missing, Given::integer).get();
        let name = read.required("name").says(Message::GroupNameRequired);
        let name = name.text().max(255).get();
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(GroupId::new),
            name: name?,
        })
    }
}

impl SaveNodeGroup {
    /// The group that is renamed, a new one without it, and its name.
    pub fn into_parts(self) -> (Option<GroupId>, String) {
        (self.id, self.name)
    }
}

/// What is no number is refused like one that no group has.
fn missing() -> Fault {
    Error::from(NodeError::GroupMissing).into()
}

/// Makes a group, or calls one otherwise.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/group/save",
    request_body = SaveNodeGroup,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such group", body = FailureBody),
        (status = 422, description = "It has no name, or too long a one", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveNodeGroup>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let groups = &app.administration.groups;
        match body.into_parts() {
            (Some(id), name) => groups.rename(id, &name, change).await,
            (None, name) => groups.create(&name, change).await,
        }
    });
    run.await?;
    Ok(DONE)
}

/// Which group.
#[derive(ToSchema)]
pub(crate) struct NamedNodeGroup {
    #[schema(value_type = i64)]
    id: GroupId,
}

impl Body for NamedNodeGroup {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.any("id").naming(missing, Given::integer);
        let id = id.map(GroupId::new).get()?;
        Ok(Self { id })
    }
}

/// Deletes a group that no node, plan or user has.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/group/drop",
    request_body = NamedNodeGroup,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "A node, a plan or a user has it, or there is none", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedNodeGroup>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.groups.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}
