//! A node with all its columns.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, RouteId, UnixSeconds};
use ferroboard_protocol::{Protocol, RateRange, Settings};
use serde_json::Value;

use crate::node::items_of;
use crate::{Node, ids_from_json};

/// A node as it is stored, also what is of no use at the moment: administrators change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    /// The row's number.
    pub id: NodeId,
    /// `type`.
    pub protocol: Protocol,
    /// Under which agents know it from an older panel; unique for its protocol.
    pub code: Option<String>,
    /// The node whose address and state it shares.
    pub parent: Option<NodeId>,
    /// The machine that runs it.
    pub machine: Option<MachineId>,
    /// Whose users it serves; `None` where that was never said.
    pub groups: Option<Vec<GroupId>>,
    /// A list of numbers of rules, as it is stored.
    pub route_ids: Value,
    /// Shown to customers.
    pub name: String,
    /// By what its traffic is multiplied.
    pub rate: Decimal,
    /// Whether hours have rates of their own.
    pub rate_time_enable: bool,
    /// A list of those hours, as it is stored.
    pub rate_time_ranges: Value,
    /// How many bytes it may carry before it is hidden; `None` is any number.
    pub traffic_limit: Option<i64>,
    /// Bytes that it carried up.
    pub upload: i64,
    /// Bytes that it carried down.
    pub download: i64,
    /// Texts; `None` where there is no list.
    pub tags: Option<Vec<String>>,
    /// The address that customers connect to.
    pub host: String,
    /// The port that customers connect to, or several.
    pub port: String,
    /// The port that it listens on.
    pub server_port: i64,
    /// What its protocol needs.
    pub settings: Settings,
    /// JSON that agents get as it is.
    pub custom_outbounds: Value,
    /// JSON that agents get as it is.
    pub custom_routes: Value,
    /// How it gets its certificate, a JSON object.
    pub cert_config: Value,
    /// Customers see it.
    pub show: bool,
    /// Its machine runs it.
    pub enabled: bool,
    /// Its place in lists; without one it stands at the end.
    pub sort: Option<i64>,
    /// When it was made; keys are derived from it.
    pub created_at: UnixSeconds,
    /// When it last changed.
    pub updated_at: UnixSeconds,
}

impl NodeRecord {
    /// What a new node has before anything is said about it.
    pub(crate) fn blank(protocol: Protocol, at: UnixSeconds) -> Self {
        Self {
            id: NodeId::new(0),
            protocol,
            code: None,
            parent: None,
            machine: None,
            groups: None,
            route_ids: Value::Null,
            name: String::new(),
            rate: Decimal::ONE,
            rate_time_enable: false,
            rate_time_ranges: Value::Null,
            traffic_limit: None,
            upload: 0,
            download: 0,
            tags: None,
            host: String::new(),
            port: String::new(),
            server_port: 0,
            settings: Settings::normalised(protocol, &Value::Null),
            custom_outbounds: Value::Null,
            custom_routes: Value::Null,
            cert_config: Value::Null,
            show: false,
            enabled: true,
            sort: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Another node like it: hidden, without a code, and nothing carried yet. It is as new as it is, so
    /// that its keys are others.
    #[must_use]
    pub(crate) fn copied(self, at: UnixSeconds) -> Self {
        Self {
            code: None,
            show: false,
            upload: 0,
            download: 0,
            created_at: at,
            updated_at: at,
            ..self
        }
    }

    /// What nodes are sorted by: those that were never given a place stand at the end.
    pub fn place(&self) -> (bool, Option<i64>) {
        (self.sort.is_none(), self.sort)
    }

    /// The numbers of its groups, as `group_ids` holds them: the reference panel looks for texts.
    pub fn group_ids(&self) -> Value {
        let texts = |groups: &Vec<GroupId>| {
            let texts = groups.iter().map(ToString::to_string);
            Value::from(texts.collect::<Vec<_>>())
        };
        self.groups.as_ref().map_or(Value::Null, texts)
    }

    /// The list in a column, of whose items such are kept; null where it holds none.
    pub fn list_from_json(stored: Option<&str>, is_kept: fn(&Value) -> bool) -> Value {
        let parsed = stored.and_then(|text| serde_json::from_str(text).ok());
        let items = parsed.and_then(items_of);
        let kept = |items: Vec<Value>| items.into_iter().filter(is_kept).collect();
        items.map_or(Value::Null, kept)
    }

    /// The numbers of a column of groups; `None` where it holds no list.
    pub fn groups_from_json(stored: Option<&str>) -> Option<Vec<GroupId>> {
        let parsed: Value = serde_json::from_str(stored?).ok()?;
        let is_list = parsed.is_array() || parsed.is_object();
        is_list.then(|| {
            ids_from_json(stored)
                .into_iter()
                .map(GroupId::new)
                .collect()
        })
    }
}

impl From<Node> for NodeRecord {
    fn from(node: Node) -> Self {
        let routes = node.routes.iter().map(|route| RouteId::get(*route));
        let ranges = node.rate_ranges.iter().map(RateRange::to_json);
        let ranges: Vec<Value> = ranges.collect();
        Self {
            id: node.id,
            protocol: node.protocol,
            code: node.code,
            parent: node.parent,
            machine: node.machine,
            route_ids: Value::from(routes.collect::<Vec<_>>()),
            groups: Some(node.groups),
            name: node.name,
            rate: node.rate,
            rate_time_enable: !ranges.is_empty(),
            rate_time_ranges: Value::from(ranges),
            traffic_limit: node.traffic_limit,
            upload: node.upload,
            download: node.download,
            tags: node.tags,
            host: node.host,
            port: node.port,
            server_port: node.server_port,
            settings: node.settings,
            custom_outbounds: node.custom_outbounds,
            custom_routes: node.custom_routes,
            cert_config: node.cert_config,
            show: node.show,
            enabled: node.enabled,
            sort: node.sort,
            created_at: node.created_at,
            updated_at: node.updated_at,
        }
    }
}

impl From<NodeRecord> for Node {
    fn from(record: NodeRecord) -> Self {
        let stored = |value: &Value| value.to_string();
        let routes = ids_from_json(Some(&stored(&record.route_ids)));
        let ranges = if record.rate_time_enable {
            RateRange::list_from_json(Some(&stored(&record.rate_time_ranges)))
        } else {
            Vec::new()
        };
        Self {
            id: record.id,
            protocol: record.protocol,
            code: record.code,
            parent: record.parent,
            machine: record.machine,
            groups: record.groups.unwrap_or_default(),
            routes: routes.into_iter().map(RouteId::new).collect(),
            name: record.name,
            rate: record.rate,
            rate_ranges: ranges,
            traffic_limit: record.traffic_limit,
            upload: record.upload,
            download: record.download,
            tags: record.tags,
            host: record.host,
            port: record.port,
            server_port: record.server_port,
            settings: record.settings,
            custom_outbounds: record.custom_outbounds,
            custom_routes: record.custom_routes,
            cert_config: record.cert_config,
            show: record.show,
            enabled: record.enabled,
            sort: record.sort,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::a_node;

    #[test]
    fn a_node_and_its_record_say_the_same() {
        let node = Node {
            routes: vec![RouteId::new(2), RouteId::new(1)],
            rate_ranges: RateRange::list_from_json(Some(
                r#"[{"start":"00:00","end":"06:00","rate":0.5}]"#,
            )),
            tags: Some(vec!["a".to_owned()]),
            ..a_node(7)
        };
        let record = NodeRecord::from(node.clone());
        assert!(record.rate_time_enable);
        assert_eq!(record.group_ids(), json!(["1"]));
        assert_eq!(record.route_ids, json!([2, 1]));
        assert_eq!(Node::from(record.clone()), node);
        let off = NodeRecord {
            rate_time_enable: false,
            ..record
        };
        assert_eq!(Node::from(off).rate_ranges, []);
    }

    #[test]
    fn lists_keep_what_belongs_into_them() {
        let read = |stored| NodeRecord::list_from_json(stored, Value::is_object);
        for (stored, expected) in [
            (None, Value::Null),
            (Some("7"), Value::Null),
            (Some("broken"), Value::Null),
            (Some("[]"), json!([])),
            (Some(r#"[1,{"rate":"2"},null]"#), json!([{"rate": "2"}])),
            (Some(r#"{"1":{"rate":2}}"#), json!([{"rate": 2}])),
        ] {
            assert_eq!(read(stored), expected, "{stored:?}");
        }
    }

    #[test]
    fn groups_are_numbers_in_any_spelling() {
        let read = |stored| {
            let groups = NodeRecord::groups_from_json(stored)?;
            Some(groups.into_iter().map(GroupId::get).collect::<Vec<_>>())
        };
        for (stored, expected) in [
            (None, None),
            (Some("null"), None),
            (Some("broken"), None),
            (Some("[]"), Some(vec![])),
            (Some(r#"["1",3]"#), Some(vec![1, 3])),
        ] {
            assert_eq!(read(stored), expected, "{stored:?}");
        }
    }
}
