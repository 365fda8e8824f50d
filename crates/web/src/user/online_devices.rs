use actix_web::Responder;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use ferroboard_application::DeviceOverview;
use ferroboard_auth::SessionRecord;
use ferroboard_devices::Device;
use ferroboard_kernel::{SessionNumber, UnixSeconds};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;

/// From where the user is connected. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnlineDevicesBody {
    ips: Vec<String>,
    devices: Vec<DeviceBody>,
    online_count: i64,
    updated_at: i64,
    session_overview: SessionOverview,
}

/// One device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceBody {
    ip: String,
    /// 4 or 6; null for what is no address.
    version: Option<i64>,
    nodes: Vec<DeviceNode>,
    last_seen_at: i64,
    /// `true` for a device of the second account; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow: Option<bool>,
}

/// A node that a device is connected to.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceNode {
    /// 0 for a node that the user may not see.
    id: i64,
    name: String,
}

/// Devices and sessions in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionOverview {
    online_device_count: i64,
    /// The same.
    online_devices: i64,
    /// Null for any number.
    device_limit: Option<i64>,
    unlimited: bool,
    remaining: Option<i64>,
    exceeded: bool,
    /// Always `node`: the panel counts, nodes enforce.
    enforced_by: &'static str,
    active_session_count: usize,
    active_sessions: Vec<ActiveSession>,
}

/// A login session.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveSession {
    id: String,
    /// The same.
    session_id: String,
    name: String,
    ip: Option<String>,
    user_agent: Option<String>,
    last_used_at: Option<i64>,
    created_at: Option<i64>,
    expires_at: Option<i64>,
    current: bool,
}

impl ActiveSession {
    fn new(record: SessionRecord, current: SessionNumber) -> Self {
        let name = record.name.as_str().to_owned();
        let (ip, user_agent) = match record.client {
            Some(client) => (Some(client.ip), client.user_agent),
            None => (None, None),
        };
        let seconds = |at: Option<UnixSeconds>| at.map(UnixSeconds::get);
        Self {
            id: name.clone(),
            session_id: name.clone(),
            name,
            ip,
            user_agent,
            last_used_at: seconds(record.last_used_at),
            created_at: seconds(record.created_at),
            expires_at: seconds(record.expires_at),
            current: record.number == current,
        }
    }
}

impl DeviceBody {
    fn new(device: &Device, view: &DeviceOverview) -> Self {
        let node = |id: &i64| match view.nodes.get(id) {
            Some(name) => DeviceNode {
                id: *id,
                name: name.clone(),
            },
            None => DeviceNode {
                id: 0,
                name: String::new(),
            },
        };
        Self {
            ip: device.address.shown(view.whole_addresses),
            version: device.address.version(),
            nodes: device.nodes.iter().map(node).collect(),
            last_seen_at: device.last_seen.get(),
            shadow: (view.shadow == Some(device.user)).then_some(true),
        }
    }
}

impl OnlineDevicesBody {
    fn new(view: &DeviceOverview, current: SessionNumber) -> Self {
        let devices = view.overview.devices.iter();
        let devices: Vec<DeviceBody> = devices
            .map(|device| DeviceBody::new(device, view))
            .collect();
        let overview = &view.overview;
        let count = overview.count();
        let sessions: Vec<ActiveSession> = view
            .sessions
            .iter()
            .map(|record| ActiveSession::new(record.clone(), current))
            .collect();
        Self {
            ips: devices.iter().map(|device| device.ip.clone()).collect(),
            devices,
            online_count: count,
            updated_at: view.now.get(),
            session_overview: SessionOverview {
                online_device_count: count,
                online_devices: count,
                device_limit: overview.limit,
                unlimited: overview.limit.is_none(),
                remaining: overview.remaining(),
                exceeded: overview.is_exceeded(),
                enforced_by: "node",
                active_session_count: sessions.len(),
                active_sessions: sessions,
            },
        }
    }
}

/// From where the user is connected, and with which sessions.
#[utoipa::path(
    get,
    path = "/api/v1/user/user-online-devices/get-ip",
    responses(
        (status = 200, description = "The devices", body = SuccessBody<OnlineDevicesBody>),
        (status = 400, description = "The plugin is not enabled", body = FailureBody),
    )
)]
pub(crate) async fn show(session: Session, panel: Data<Panel>) -> Result<impl Responder, Fault> {
    let current = session.0.number;
    let run = panel.run(move |app| async move { app.online_devices.of(&session.0).await });
    let body = Success(OnlineDevicesBody::new(&run.await?, current));
    Ok(body.customize().insert_header((CACHE_CONTROL, "no-store")))
}
