//! `server/manage/update` and `batchUpdate`: the switches of nodes.

use actix_web::web::Data;
use ferroboard_kernel::{MachineId, NodeId};
use ferroboard_nodes::{NodeSwitches, Said};
use utoipa::ToSchema;

use super::node_forms::machine;
use super::nodes::{all_named, named};
use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// The switches that a request turns.
fn switches(read: &mut Reader<'_>) -> Result<NodeSwitches, Refused> {
    let show = read.nullable("show").boolean().get();
    let enabled = read.nullable("enabled").boolean().get();
    let machine = machine(read);
    Ok(NodeSwitches {
        show: show?,
        enabled: enabled?,
        machine: machine?,
    })
}

/// Which switches of a node to turn; what is left out stays.
#[derive(ToSchema)]
pub(crate) struct SwitchNode {
    #[schema(value_type = i64)]
    id: NodeId,
    /// Customers see it.
    show: Option<bool>,
    /// Its machine runs it.
    enabled: Option<bool>,
    /// The machine that runs it; 0 or null for none.
    #[schema(value_type = Option<i64>)]
    machine_id: Said<MachineId>,
}

impl Body for SwitchNode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = named(read);
        let switches = switches(read);
        let (id, switches) = (id?, switches?);
        Ok(Self {
            id,
            show: switches.show,
            enabled: switches.enabled,
            machine_id: switches.machine,
        })
    }
}

/// Turns switches of a node.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/update",
    request_body = SwitchNode,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such node", body = FailureBody),
        (status = 422, description = "A field is missing or odd, or nobody could use the node", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<SwitchNode>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let switches = NodeSwitches {
        show: body.show,
        enabled: body.enabled,
        machine: body.machine_id,
    };
    let run = panel.run(move |app| async move {
        app.administration
            .nodes
            .switch(body.id, switches, change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// Which switches of many nodes to turn; nodes that there are not are passed over.
#[derive(ToSchema)]
pub struct SwitchNodes {
    #[schema(value_type = Vec<i64>)]
    ids: Vec<NodeId>,
    /// Customers see them.
    show: Option<bool>,
    /// Their machines run them.
    enabled: Option<bool>,
    /// The machine that runs them; 0 or null for none.
    #[schema(value_type = Option<i64>)]
    machine_id: Said<MachineId>,
}

impl Body for SwitchNodes {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let ids = all_named(read);
        let switches = switches(read);
        let (ids, switches) = (ids?, switches?);
        Ok(Self {
            ids,
            show: switches.show,
            enabled: switches.enabled,
            machine_id: switches.machine,
        })
    }
}

impl SwitchNodes {
    /// Which nodes, and what is turned.
    pub fn into_parts(self) -> (Vec<NodeId>, NodeSwitches) {
        let switches = NodeSwitches {
            show: self.show,
            enabled: self.enabled,
            machine: self.machine_id,
        };
        (self.ids, switches)
    }
}

/// Turns switches of many nodes.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/manage/batchUpdate",
    request_body = SwitchNodes,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "Nothing was said that could be changed", body = FailureBody),
        (status = 422, description = "A field is missing or odd, or nobody could use a node", body = FailureBody),
    )
)]
pub(crate) async fn update_all(
    Changing(change): Changing,
    Read(body): Read<SwitchNodes>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (ids, switches) = body.into_parts();
    let run = panel.run(move |app| async move {
        app.administration
            .nodes
            .switch_all(ids, switches, change)
            .await
    });
    run.await?;
    Ok(DONE)
}
