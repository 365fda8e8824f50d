use actix_web::http::StatusCode;
use actix_web::web::Data;
use ferroboard_nodes::{Load, Machine, MachineLoad, Node, Usage};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{Call, Fields};
use super::load::{Readings, refuse_unnamed};
use super::{BaseConfig, TAKEN, Taken, guard};
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;

/// A node that a machine is to run.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineNode {
    id: i64,
    r#type: &'static str,
    name: String,
}

impl From<Node> for MachineNode {
    fn from(node: Node) -> Self {
        Self {
            id: node.id.get(),
            r#type: node.protocol.name(),
            name: node.name,
        }
    }
}

/// The nodes that a machine is to run.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineNodes {
    nodes: Vec<MachineNode>,
    base_config: BaseConfig,
}

/// The nodes that the machine is to run, in their order.
#[utoipa::path(
    post,
    path = "/api/v2/server/machine/nodes",
    request_body = Object,
    responses(
        (status = 200, description = "Its nodes", body = MachineNodes),
        (status = 403, description = "No such machine, or it is switched off", body = FailureBody),
        (status = 422, description = "`machine_id` or `token` is missing", body = FailureBody),
    )
)]
pub(crate) async fn nodes(call: Call, panel: Data<Panel>) -> Result<Bare<MachineNodes>, Fault> {
    let machine = admit(&panel, &call.fields()).await?;
    let run = panel.run(|app| async move {
        let nodes = app.nodes.of_machine(&machine).await?;
        Ok((nodes, app.nodes.policy()))
    });
    let (nodes, policy) = run.await?;
    Ok(Bare(MachineNodes {
        nodes: nodes.into_iter().map(MachineNode::from).collect(),
        base_config: BaseConfig::from(&policy),
    }))
}

/// How busy the machine is: `cpu` in percent, `total` and `used` of `mem`, `swap` and `disk` in bytes,
/// `in_speed` and `out_speed` of `net` in bytes per second.
#[utoipa::path(
    post,
    path = "/api/v2/server/machine/status",
    request_body = Object,
    responses(
        (status = 200, description = "Kept", body = Taken),
        (status = 403, description = "No such machine, or it is switched off", body = FailureBody),
        (status = 422, description = "A field is wrong", body = FailureBody),
    )
)]
pub(crate) async fn status(call: Call, panel: Data<Panel>) -> Result<Bare<Taken>, Fault> {
    let fields = call.fields();
    let load = load(&fields)?;
    let machine = admit(&panel, &fields).await?;
    let run = panel.run(|app| async move { app.node_reports.machine(&machine, load).await });
    run.await.map_err(refused)?;
    Ok(Bare(TAKEN))
}

/// The machine; whoever is none learns nothing more than that.
async fn admit(panel: &Panel, fields: &Fields) -> Result<Machine, Fault> {
    refuse_unnamed(fields)?;
    guard::admit_machine(panel, fields).await.map_err(refused)
}

fn refused(fault: Fault) -> Fault {
    fault.replaced(StatusCode::FORBIDDEN, Message::MachineRefused)
}

fn load(fields: &Fields) -> Result<MachineLoad, Fault> {
    let mut readings = Readings::of(fields);
    let load = Load {
        cpu: readings.percent("cpu"),
        memory: Usage {
            total: readings.whole("mem.total"),
            used: readings.whole("mem.used"),
        },
        swap: Usage {
            total: readings.whole_if_any("swap.total"),
            used: readings.whole_if_any("swap.used"),
        },
        disk: Usage {
            total: readings.whole_if_any("disk.total"),
            used: readings.whole_if_any("disk.used"),
        },
    };
    let inward = readings.amount("net.in_speed");
    let network = inward.zip(readings.amount("net.out_speed"));
    readings.finish()?;
    Ok(MachineLoad { load, network })
}
