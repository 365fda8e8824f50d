//! A node: one row of `v2_server`.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, RouteId, UnixSeconds, Zone};
use ferroboard_protocol::{Protocol, RateRange, Settings, rate};
use serde_json::Value;

use crate::NodeState;

/// A node as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
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
    /// Whose users it serves.
    pub groups: Vec<GroupId>,
    /// The rules that it applies to traffic.
    pub routes: Vec<RouteId>,
    /// Shown to customers.
    pub name: String,
    /// By what its traffic is multiplied.
    pub rate: Decimal,
    /// At what hours by something else; empty where that is switched off.
    pub rate_ranges: Vec<RateRange>,
    /// How many bytes it may carry before it is hidden; `None` is any number.
    pub traffic_limit: Option<i64>,
    /// Bytes that it carried up.
    pub upload: i64,
    /// Bytes that it carried down.
    pub download: i64,
    /// `tags`, where it has a list of them.
    pub tags: Option<Vec<String>>,
    /// The address that customers connect to.
    pub host: String,
    /// The port that customers connect to, or a range `a-b` of them.
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
    /// Its place in lists.
    pub sort: Option<i64>,
    /// When it was made; keys are derived from it.
    pub created_at: UnixSeconds,
    /// When it last changed.
    pub updated_at: UnixSeconds,
}

impl Node {
    /// The texts of the column `tags`, where a number stands for its text; `None` where it holds no list.
    pub fn tags_from_json(stored: Option<&str>) -> Option<Vec<String>> {
        let items = items_of(serde_json::from_str(stored?).ok()?)?;
        let text = |item: Value| match item {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Some(items.into_iter().filter_map(text).collect())
    }

    /// Whether it serves users of this group.
    pub fn serves(&self, group: GroupId) -> bool {
        self.groups.contains(&group)
    }

    /// Whether it may still carry traffic.
    pub fn has_traffic_left(&self) -> bool {
        let used = self.upload.saturating_add(self.download);
        self.traffic_limit
            .is_none_or(|limit| limit == 0 || used < limit)
    }

    /// Whether customers of this group see it.
    pub fn is_shown_to(&self, group: GroupId) -> bool {
        self.show && self.serves(group) && self.has_traffic_left()
    }

    /// By what traffic is multiplied at this instant.
    pub fn current_rate(&self, at: UnixSeconds, zone: Zone) -> Decimal {
        rate::current_rate(self.rate, &self.rate_ranges, at, zone)
    }

    /// What nodes are sorted by: those that were never given a place stand at the end.
    pub fn place(&self) -> (bool, Option<i64>) {
        (self.sort.is_none(), self.sort)
    }

    /// The node that reports for it: itself, or its parent.
    pub fn reporter(&self) -> NodeId {
        self.parent.unwrap_or(self.id)
    }
}

/// A node with what it last reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeView {
    /// The node.
    pub node: Node,
    /// What its [`Node::reporter`] reported; nothing where that is of another protocol.
    pub state: NodeState,
}

impl NodeView {
    /// A text that changes when customers' programs should look again.
    pub fn cache_key(&self, now: UnixSeconds) -> String {
        format!(
            "{}-{}-{}-{}",
            self.node.protocol,
            self.node.id,
            self.node.updated_at.get(),
            i64::from(self.state.is_online(now))
        )
    }
}

/// The numbers of a column with a JSON list of them: as numbers, or as texts, which is how the
/// reference panel's administration writes them.
pub fn ids_from_json(stored: Option<&str>) -> Vec<i64> {
    let parsed = stored.and_then(|text| serde_json::from_str(text).ok());
    let items = parsed.and_then(items_of).unwrap_or_default();
    let number = |item: &Value| match item {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    items.iter().filter_map(number).collect()
}

/// The items of a list in a column; `None` for anything else.
pub(crate) fn items_of(stored: Value) -> Option<Vec<Value>> {
    match stored {
        Value::Array(items) => Some(items),
        // How PHP writes a list with gaps.
        Value::Object(members) => Some(members.into_iter().map(|(_, item)| item).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_node;

    #[test]
    fn lists_of_numbers_have_several_spellings() {
        for (stored, expected) in [
            (None, vec![]),
            (Some(""), vec![]),
            (Some("null"), vec![]),
            (Some("[]"), vec![]),
            (Some("[1,2]"), vec![1, 2]),
            (Some(r#"["1"," 3 "]"#), vec![1, 3]),
            (Some(r#"["x",1.5,null,"9"]"#), vec![9]),
            (Some(r#"{"0":"4","2":5}"#), vec![4, 5]),
            (Some("7"), vec![]),
        ] {
            assert_eq!(ids_from_json(stored), expected, "{stored:?}");
        }
    }

    #[test]
    fn tags_are_texts() {
        assert_eq!(
            Node::tags_from_json(Some(r#"["a",0,1.5,null,["b"],"b"]"#)),
            Some(["a", "0", "1.5", "b"].map(str::to_owned).into())
        );
        assert_eq!(
            Node::tags_from_json(Some(r#"{"1":"a"}"#)),
            Some(vec!["a".to_owned()])
        );
        assert_eq!(Node::tags_from_json(Some("[]")), Some(vec![]));
        for none in [None, Some("null"), Some(""), Some("7"), Some(r#""a""#)] {
            assert_eq!(Node::tags_from_json(none), None);
        }
    }

    #[test]
    fn a_node_is_shown_to_its_groups_until_it_is_full() {
        let group = GroupId::new(1);
        let node = a_node(1);
        assert!(node.is_shown_to(group));
        assert!(!node.is_shown_to(GroupId::new(2)));
        assert!(
            !Node {
                show: false,
                ..node.clone()
            }
            .is_shown_to(group)
        );
        for (limit, used, shown) in [
            (None, i64::MAX, true),
            (Some(0), 5, true),
            (Some(10), 9, true),
            (Some(10), 10, false),
            (Some(-1), 0, false),
        ] {
            let full = Node {
                traffic_limit: limit,
                upload: used,
                ..node.clone()
            };
            assert_eq!(full.is_shown_to(group), shown, "{limit:?} {used}");
        }
    }

    #[test]
    fn a_cache_key_names_state_and_change() {
        let mut view = NodeView {
            node: a_node(7),
            state: NodeState::default(),
        };
        let now = UnixSeconds::new(1_000);
        assert_eq!(view.cache_key(now), "shadowsocks-7-1704038400-0");
        view.state.last_check_at = Some(UnixSeconds::new(700));
        assert_eq!(view.cache_key(now), "shadowsocks-7-1704038400-1");
    }
}
