//! `server/machine/{nodes,history}`: what a machine runs, and how busy it was.

use actix_web::web::Data;
use ferroboard_application::MachineNodeView;
use ferroboard_kernel::{MachineId, Seconds};
use ferroboard_nodes::MachineReading;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Whose nodes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NodesQuery {
    #[param(value_type = i64)]
    machine_id: MachineId,
}

impl Body for NodesQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let machine_id = read.required("machine_id").integer();
        let machine_id = machine_id.map(MachineId::new).get()?;
        Ok(Self { machine_id })
    }
}

/// A node of a machine, in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineNode {
    id: i64,
    name: String,
    r#type: String,
    host: String,
    port: String,
    /// Customers see it.
    show: bool,
    /// The machine runs it.
    enabled: Option<bool>,
    sort: Option<i64>,
}

impl From<MachineNodeView> for MachineNode {
    fn from(view: MachineNodeView) -> Self {
        Self {
            id: view.id.get(),
            name: view.name,
            r#type: view.protocol,
            host: view.host,
            port: view.port,
            show: view.show,
            enabled: view.enabled,
            sort: view.sort,
        }
    }
}

/// The nodes of a machine in their order.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/machine/nodes",
    params(NodesQuery),
    responses(
        (status = 200, description = "The nodes", body = SuccessBody<Vec<MachineNode>>),
        (status = 422, description = "There is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn nodes(
    _: AdminSession,
    Read(query): Read<NodesQuery>,
    panel: Data<Panel>,
) -> Result<Success<Vec<MachineNode>>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.machines.nodes(query.machine_id).await });
    let nodes = run.await.map_err(at_machine_id)?.into_iter();
    Ok(Success(nodes.map(MachineNode::from).collect()))
}

/// A machine that there is not, complained of where it was named here.
fn at_machine_id(fault: Fault) -> Fault {
    if fault.is(Message::MachineMissing) {
        Fault::invalid(vec![("machine_id", vec![Message::MachineMissing])])
    } else {
        fault
    }
}

/// Which loads of a machine.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    #[param(value_type = i64)]
    machine_id: MachineId,
    /// How many, from 10 to 1,440; 60 where nothing is said.
    #[param(value_type = Option<i64>)]
    limit: u32,
    /// Of the last hours, from 1 to 24.
    #[param(value_type = Option<i64>)]
    range_hours: Option<Seconds>,
}

impl Body for HistoryQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let machine_id = read.required("machine_id").integer();
        let machine_id = machine_id.map(MachineId::new).get();
        let limit = read.nullable("limit").integer().min(10).max(1_440);
        let limit = limit.parse(Message::FieldTooLarge, |limit| u32::try_from(limit).ok());
        let limit = limit.or(60);
        let range = read.nullable("range_hours").integer().min(1).max(24);
        let range = range.map(Seconds::hours).get();
        Ok(Self {
            machine_id: machine_id?,
            limit: limit?,
            range_hours: range?,
        })
    }
}

/// The load of a machine at one moment; bytes, and bytes a second.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineLoadBody {
    /// Percent.
    cpu: f64,
    mem_total: i64,
    mem_used: i64,
    disk_total: i64,
    disk_used: i64,
    net_in_speed: Option<f64>,
    net_out_speed: Option<f64>,
    recorded_at: i64,
}

impl From<MachineReading> for MachineLoadBody {
    fn from(reading: MachineReading) -> Self {
        let (load, network) = (reading.load.load, reading.load.network);
        Self {
            cpu: load.cpu,
            mem_total: load.memory.total,
            mem_used: load.memory.used,
            disk_total: load.disk.total,
            disk_used: load.disk.used,
            net_in_speed: network.map(|(inward, _)| inward),
            net_out_speed: network.map(|(_, outward)| outward),
            recorded_at: reading.at.get(),
        }
    }
}

/// The latest loads of a machine, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/machine/history",
    params(HistoryQuery),
    responses(
        (status = 200, description = "The loads", body = SuccessBody<Vec<MachineLoadBody>>),
        (status = 422, description = "There is no such machine, or a number is out of range", body = FailureBody),
    )
)]
pub(crate) async fn history(
    _: AdminSession,
    Read(query): Read<HistoryQuery>,
    panel: Data<Panel>,
) -> Result<Success<Vec<MachineLoadBody>>, Fault> {
    let run = panel.run(move |app| async move {
        let (id, span) = (query.machine_id, query.range_hours);
        app.administration
            .machines
            .history(id, span, query.limit)
            .await
    });
    let readings = run.await.map_err(at_machine_id)?.into_iter();
    Ok(Success(readings.map(MachineLoadBody::from).collect()))
}
