//! How a node is read.

use diesel::sql_types::BigInt;
use diesel::{Queryable, Selectable};
use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, RouteId, UnixSeconds, Zone};
use ferroboard_nodes::{Node, NodeRecord, ids_from_json};
use ferroboard_protocol::{Protocol, RateRange, Settings, credentials};
use serde_json::Value;

use super::super::dialect;
use crate::fixed::{Fixed, fixed};
use crate::integer::Int;
use crate::odd_values;
use crate::schema::v2_server;
use crate::wall_clock::WallClock;

/// The columns of a [`Node`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_server)]
pub(in super::super) struct NodeRow {
    id: Int,
    type_: String,
    code: Option<String>,
    parent_id: Option<Int>,
    machine_id: Option<Int>,
    group_ids: Option<String>,
    route_ids: Option<String>,
    name: String,
    #[diesel(select_expression = rate(), select_expression_type = Fixed<BigInt>)]
    rate: Int,
    transfer_enable: Option<Int>,
    u: Int,
    d: Int,
    rate_time_enable: Int,
    rate_time_ranges: Option<String>,
    tags: Option<String>,
    host: String,
    port: String,
    server_port: Int,
    protocol_settings: Option<String>,
    custom_outbounds: Option<String>,
    custom_routes: Option<String>,
    cert_config: Option<String>,
    show: Int,
    enabled: Option<Int>,
    sort: Option<Int>,
    created_at: Option<WallClock>,
    updated_at: Option<WallClock>,
}

/// The rate is a decimal number with two places (on SQLite a floating-point one), and is read as a whole number of
/// ten-thousandths.
fn rate() -> Fixed<BigInt> {
    fixed(dialect::whole_parts("v2_server.rate", 10_000))
}

impl NodeRow {
    /// The node with all that is stored, under the same conditions.
    pub(in super::super) fn record(self, zone: Zone) -> Option<NodeRecord> {
        let is_id = |item: &Value| item.is_number() || item.is_string();
        let route_ids = NodeRecord::list_from_json(self.route_ids.as_deref(), is_id);
        let ranges = self.rate_time_ranges.as_deref();
        let rate_time_ranges = NodeRecord::list_from_json(ranges, Value::is_object);
        let groups = NodeRecord::groups_from_json(self.group_ids.as_deref());
        let rate_time_enable = self.rate_time_enable.is_set();
        let node = self.node(zone)?;
        Some(NodeRecord {
            groups,
            route_ids,
            rate_time_enable,
            rate_time_ranges,
            ..NodeRecord::from(node)
        })
    }

    /// The node; `None` for one of a type that is none of ours, and for one whose keys come from a time
    /// that cannot be read.
    pub(in super::super) fn node(self, zone: Zone) -> Option<Node> {
        let Some(protocol) = Protocol::named(&self.type_) else {
            odd_values::tell_of("v2_server", self.id.0, "type");
            return None;
        };
        let settings = Settings::from_json(protocol, self.protocol_settings.as_deref());
        if WallClock::is_unreadable(self.created_at)
            && credentials::depend_on_time(protocol, &settings)
        {
            return None;
        }
        odd_values::tell_no_json(
            "v2_server",
            self.id.0,
            &[
                ("group_ids", self.group_ids.as_deref()),
                ("route_ids", self.route_ids.as_deref()),
                ("rate_time_ranges", self.rate_time_ranges.as_deref()),
                ("tags", self.tags.as_deref()),
                ("protocol_settings", self.protocol_settings.as_deref()),
                ("custom_outbounds", self.custom_outbounds.as_deref()),
                ("custom_routes", self.custom_routes.as_deref()),
                ("cert_config", self.cert_config.as_deref()),
            ],
        );
        let instant = |stored| {
            WallClock::shown(stored).map_or(UnixSeconds::default(), |shown| zone.instant(shown))
        };
        let ids = |stored: Option<&str>| ids_from_json(stored).into_iter();
        let rate_ranges = if self.rate_time_enable.is_set() {
            RateRange::list_from_json(self.rate_time_ranges.as_deref())
        } else {
            Vec::new()
        };
        Some(Node {
            id: NodeId::new(self.id.0),
            protocol,
            code: self.code,
            parent: self.parent_id.map(|id| NodeId::new(id.0)),
            machine: self.machine_id.map(|id| MachineId::new(id.0)),
            groups: ids(self.group_ids.as_deref()).map(GroupId::new).collect(),
            routes: ids(self.route_ids.as_deref()).map(RouteId::new).collect(),
            name: self.name,
            rate: Decimal::new(self.rate.0),
            rate_ranges,
            traffic_limit: self.transfer_enable.map(|limit| limit.0),
            upload: self.u.0,
            download: self.d.0,
            tags: Node::tags_from_json(self.tags.as_deref()),
            host: self.host,
            port: self.port,
            server_port: self.server_port.0,
            settings,
            custom_outbounds: json(self.custom_outbounds.as_deref()),
            custom_routes: json(self.custom_routes.as_deref()),
            cert_config: json(self.cert_config.as_deref()),
            show: self.show.is_set(),
            enabled: self.enabled.is_some_and(Int::is_set),
            sort: self.sort.map(|place| place.0),
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
        })
    }
}

/// Null for what is no JSON.
fn json(stored: Option<&str>) -> Value {
    let parsed = stored.and_then(|text| serde_json::from_str(text).ok());
    parsed.unwrap_or_default()
}
