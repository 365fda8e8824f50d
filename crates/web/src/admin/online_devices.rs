//! `user-online-devices/users`: from where users are connected.

use std::collections::BTreeMap;

use actix_web::web::Data;
use ferroboard_application::{
    DeviceOrder, DeviceSums, DeviceUser, DeviceUserFilter, DeviceUsersView,
};
use ferroboard_devices::Device;
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds, UserId};
use ferroboard_listing::PageRule;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::{PageQuery, Paged};
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How long a page is.
const PAGES: PageRule = PageRule::new(20, 1, 200);

/// Which users to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeviceUsersQuery {
    /// A user's number, an IP address, or a part of a mail address.
    keyword: Option<String>,
    /// 0: also users who are not connected.
    #[param(value_type = Option<bool>)]
    only_online: bool,
    /// 1: only users with more devices than they may have; 0: only the others.
    exceeded: Option<bool>,
    /// `online_count`, or `last_online_at`; the largest first.
    #[param(value_type = Option<String>)]
    sort: DeviceOrder,
}

impl Body for DeviceUsersQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let sort = match read.given("sort").text().as_deref() {
            Some("last_online_at") => DeviceOrder::LatestOnline,
            _ => DeviceOrder::MostDevices,
        };
        Ok(Self {
            keyword: read.given("keyword").owned_text(),
            only_online: read.given("only_online").switch().unwrap_or(true),
            exceeded: read.given("exceeded").switch(),
            sort,
        })
    }
}

impl DeviceUsersQuery {
    fn filter(self) -> DeviceUserFilter {
        let filter = DeviceUserFilter {
            only_online: self.only_online,
            exceeded: self.exceeded,
            order: self.sort,
            ..DeviceUserFilter::default()
        };
        match self.keyword {
            Some(keyword) => filter.looking_for(&keyword),
            None => filter,
        }
    }
}

/// One page of users.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceUsersBody {
    #[serde(flatten)]
    page: Paged<DeviceUserBody>,
    summary: DeviceSummary,
}

/// All devices in numbers, whatever was looked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceSummary {
    online_users: i64,
    online_devices: i64,
    exceeded_users: i64,
}

impl From<DeviceSums> for DeviceSummary {
    fn from(sums: DeviceSums) -> Self {
        Self {
            online_users: sums.users,
            online_devices: sums.devices,
            exceeded_users: sums.exceeded,
        }
    }
}

/// A user with the devices. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceUserBody {
    id: i64,
    email: String,
    plan_id: Option<i64>,
    plan_name: Option<String>,
    group_id: Option<i64>,
    /// How many devices are connected at this moment.
    online_count: i64,
    /// Null for any number.
    device_limit: Option<i64>,
    exceeded: bool,
    ips: Vec<String>,
    devices: Vec<UserDevice>,
    /// The nodes that the devices are connected to.
    nodes: Vec<UserNode>,
    last_online_at: Option<i64>,
    banned: bool,
    /// Whether it is somebody's second account.
    is_shadow: bool,
    /// Whose.
    main_user_id: Option<i64>,
}

/// One device.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserDevice {
    ip: String,
    /// 4 or 6; null for what is no address.
    version: Option<i64>,
    nodes: Vec<UserNode>,
    last_seen_at: i64,
}

/// A node that a device is connected to.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserNode {
    id: i64,
    /// Empty for a node that is gone.
    name: String,
}

fn named(ids: &[i64], names: &BTreeMap<i64, String>) -> Vec<UserNode> {
    let node = |id: &i64| UserNode {
        id: *id,
        name: names.get(id).cloned().unwrap_or_default(),
    };
    ids.iter().map(node).collect()
}

impl UserDevice {
    fn new(device: &Device, names: &BTreeMap<i64, String>) -> Self {
        Self {
            ip: device.address.shown(true),
            version: device.address.version(),
            nodes: named(&device.nodes, names),
            last_seen_at: device.last_seen.get(),
        }
    }
}

impl DeviceUserBody {
    fn new(user: DeviceUser, names: &BTreeMap<i64, String>) -> Self {
        let DeviceUser { row, overview } = user;
        let devices = overview.devices.iter();
        let devices: Vec<UserDevice> = devices
            .map(|device| UserDevice::new(device, names))
            .collect();
        Self {
            id: row.user.get(),
            email: row.email.to_string(),
            plan_id: row.plan.map(PlanId::get),
            plan_name: row.plan_name,
            group_id: row.group.map(GroupId::get),
            online_count: overview.count(),
            device_limit: overview.limit,
            exceeded: overview.is_exceeded(),
            ips: devices.iter().map(|device| device.ip.clone()).collect(),
            devices,
            nodes: named(&overview.nodes(), names),
            last_online_at: row.last_online_at.map(UnixSeconds::get),
            banned: row.banned,
            is_shadow: row.shadow_of.is_some(),
            main_user_id: row.shadow_of.map(UserId::get),
        }
    }
}

/// Users with the devices from which they are connected.
#[utoipa::path(
    get,
    path = "/api/v1/{secure_path}/user-online-devices/users",
    params(DeviceUsersQuery, PageQuery),
    responses((status = 200, description = "A page of them", body = DeviceUsersBody))
)]
pub(crate) async fn users(
    _: AdminSession,
    Read((query, page)): Read<(DeviceUsersQuery, PageQuery)>,
    panel: Data<Panel>,
) -> Result<Bare<DeviceUsersBody>, Fault> {
    let (page, filter) = (page.page(PAGES), query.filter());
    let run =
        panel.run(move |app| async move { app.administration.devices.list(&filter, page).await });
    let DeviceUsersView { users, nodes, sums } = run.await?;
    let found = users.map(|user| DeviceUserBody::new(user, &nodes));
    Ok(Bare(DeviceUsersBody {
        page: Paged::new(page, found),
        summary: sums.into(),
    }))
}
