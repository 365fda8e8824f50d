//! Nodes as administrators read them.

use ferroboard_application::{ManagedNode, ManagedNodeView};
use ferroboard_kernel::{GroupId, MachineId, NodeId, UnixSeconds};
use ferroboard_nodes::NodeRecord;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A node as it is stored, its settings in their normal form.
#[derive(Serialize, ToSchema)]
pub(crate) struct StoredNode {
    id: i64,
    r#type: &'static str,
    code: Option<String>,
    parent_id: Option<i64>,
    machine_id: Option<i64>,
    #[schema(value_type = Option<Vec<String>>)]
    group_ids: Value,
    /// Numbers, or texts of them.
    #[schema(value_type = Option<Vec<Value>>)]
    route_ids: Value,
    name: String,
    /// With two places.
    rate: String,
    /// Bytes that it may carry before it is hidden; null or 0 is any number.
    transfer_enable: Option<i64>,
    u: i64,
    d: i64,
    rate_time_enable: bool,
    #[schema(value_type = Option<Vec<Object>>)]
    rate_time_ranges: Value,
    tags: Option<Vec<String>>,
    host: String,
    port: String,
    server_port: i64,
    #[schema(value_type = Object)]
    protocol_settings: Value,
    custom_outbounds: Value,
    custom_routes: Value,
    cert_config: Value,
    show: bool,
    enabled: bool,
    sort: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<NodeRecord> for StoredNode {
    fn from(node: NodeRecord) -> Self {
        let hundredths = node.rate.hundredths();
        Self {
            id: node.id.get(),
            r#type: node.protocol.name(),
            parent_id: node.parent.map(NodeId::get),
            machine_id: node.machine.map(MachineId::get),
            group_ids: node.group_ids(),
            protocol_settings: node.settings.as_value().clone(),
            code: node.code,
            route_ids: node.route_ids,
            name: node.name,
            rate: format!(
                "{}.{:02}",
                hundredths / 100,
                hundredths.unsigned_abs() % 100
            ),
            transfer_enable: node.traffic_limit,
            u: node.upload,
            d: node.download,
            rate_time_enable: node.rate_time_enable,
            rate_time_ranges: node.rate_time_ranges,
            tags: node.tags,
            host: node.host,
            port: node.port,
            server_port: node.server_port,
            custom_outbounds: node.custom_outbounds,
            custom_routes: node.custom_routes,
            cert_config: node.cert_config,
            show: node.show,
            enabled: node.enabled,
            sort: node.sort,
            created_at: node.created_at.get(),
            updated_at: node.updated_at.get(),
        }
    }
}

/// One of a node's groups.
#[derive(Serialize, ToSchema)]
pub(crate) struct NodeGroup {
    name: String,
    id: i64,
}

/// A node with what was reported for it. A child shows what its parent reports.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedNodeBody {
    #[serde(flatten)]
    node: StoredNode,
    groups: Vec<NodeGroup>,
    parent: Option<StoredNode>,
    last_check_at: Option<i64>,
    last_push_at: Option<i64>,
    /// Users in its last report of traffic.
    online: i64,
    /// 1 or 0.
    is_online: u8,
    /// 0: not heard of, 1: no traffic reported, 2: both within five minutes.
    available_status: u8,
    cache_key: String,
    #[schema(value_type = Option<Object>)]
    load_status: Value,
    #[schema(value_type = Option<Object>)]
    metrics: Value,
    /// Connections, as its metrics count them.
    online_conn: i64,
}

impl ManagedNodeBody {
    pub(super) fn new(node: ManagedNode, now: UnixSeconds) -> Self {
        let ManagedNode { view, parent } = node;
        let ManagedNodeView {
            record,
            state,
            groups,
        } = view;
        let is_online = u8::from(state.is_online(now));
        let told =
            |told: Option<(Value, UnixSeconds)>| told.map_or(Value::Null, |(value, _)| value);
        let metrics = told(state.metrics.clone());
        let connections = metrics.get("active_connections").and_then(Value::as_i64);
        let group = |(id, name): (GroupId, String)| NodeGroup { name, id: id.get() };
        Self {
            groups: groups.into_iter().map(group).collect(),
            parent: parent.map(StoredNode::from),
            last_check_at: state.last_check_at.map(UnixSeconds::get),
            last_push_at: state.last_push_at.map(UnixSeconds::get),
            online: state.online_users,
            is_online,
            available_status: state.availability(now),
            cache_key: format!(
                "{}-{}-{}-{is_online}",
                record.protocol,
                record.id,
                record.updated_at.get()
            ),
            load_status: told(state.load),
            online_conn: connections.unwrap_or_default(),
            metrics,
            node: record.into(),
        }
    }
}
