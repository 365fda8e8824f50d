//! What administrators say about a node.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, UnixSeconds};
use ferroboard_protocol::{Flaw, Protocol, Settings, flaws, is_draft};
use serde_json::Value;

use crate::NodeRecord;

/// Something that may be left as it is, or become a value or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<T> {
    /// It stays.
    Nothing,
    /// It becomes this.
    Value(T),
    /// It becomes none.
    None,
}

impl<T> Said<T> {
    fn written_to(self, place: &mut Option<T>) {
        match self {
            Self::Nothing => {}
            Self::Value(value) => *place = Some(value),
            Self::None => *place = None,
        }
    }
}

impl Said<Value> {
    /// Null is none.
    fn stored_to(self, place: &mut Value) {
        match self {
            Self::Nothing => {}
            Self::Value(value) => *place = value,
            Self::None => *place = Value::Null,
        }
    }
}

/// A node, as a form says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeTerms {
    /// `type`.
    pub protocol: Protocol,
    /// Shown to customers.
    pub name: String,
    /// The address that customers connect to.
    pub host: String,
    /// The port that customers connect to, or several.
    pub port: String,
    /// The port that it listens on.
    pub server_port: i64,
    /// By what its traffic is multiplied.
    pub rate: Decimal,
    /// What its protocol needs; `None` where nothing was sent.
    pub settings: Option<Settings>,
    /// Under which agents know it from an older panel.
    pub code: Said<String>,
    /// The node whose address and state it shares.
    pub parent: Said<NodeId>,
    /// The machine that runs it.
    pub machine: Said<MachineId>,
    /// Whose users it serves.
    pub groups: Said<Vec<GroupId>>,
    /// The rules that it applies to traffic, in their order.
    pub route_ids: Said<Value>,
    /// Texts that customers see.
    pub tags: Said<Vec<String>>,
    /// Whether hours have rates of their own.
    pub rate_time_enable: Option<bool>,
    /// A list of those hours.
    pub rate_time_ranges: Said<Value>,
    /// How many bytes it may carry before it is hidden.
    pub traffic_limit: Said<i64>,
    /// JSON that agents get as it is.
    pub custom_outbounds: Said<Value>,
    /// JSON that agents get as it is.
    pub custom_routes: Said<Value>,
    /// How it gets its certificate.
    pub cert_config: Said<Value>,
    /// Customers see it.
    pub show: Option<bool>,
    /// Its machine runs it.
    pub enabled: Option<bool>,
}

impl NodeTerms {
    /// The node that becomes of one.
    pub(crate) fn written_to(self, before: NodeRecord, at: UnixSeconds) -> NodeRecord {
        let kept = |before: &NodeRecord| {
            let is_same = before.protocol == self.protocol;
            let kept = if is_same {
                before.settings.as_value()
            } else {
                &Value::Null
            };
            Settings::normalised(self.protocol, kept)
        };
        let settings = self.settings.unwrap_or_else(|| kept(&before));
        let mut after = NodeRecord {
            protocol: self.protocol,
            name: self.name,
            host: self.host,
            port: self.port,
            server_port: self.server_port,
            rate: self.rate,
            settings,
            rate_time_enable: self.rate_time_enable.unwrap_or(before.rate_time_enable),
            show: self.show.unwrap_or(before.show),
            enabled: self.enabled.unwrap_or(before.enabled),
            updated_at: at,
            ..before
        };
        self.code.written_to(&mut after.code);
        self.parent.written_to(&mut after.parent);
        self.machine.written_to(&mut after.machine);
        self.groups.written_to(&mut after.groups);
        self.traffic_limit.written_to(&mut after.traffic_limit);
        self.route_ids.stored_to(&mut after.route_ids);
        self.tags.written_to(&mut after.tags);
        self.rate_time_ranges.stored_to(&mut after.rate_time_ranges);
        self.custom_outbounds.stored_to(&mut after.custom_outbounds);
        self.custom_routes.stored_to(&mut after.custom_routes);
        self.cert_config.stored_to(&mut after.cert_config);
        after
    }
}

/// What is turned at one node or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSwitches {
    /// Customers see it.
    pub show: Option<bool>,
    /// Its machine runs it.
    pub enabled: Option<bool>,
    /// The machine that runs it.
    pub machine: Said<MachineId>,
}

impl NodeSwitches {
    /// Whether nothing is said.
    pub fn are_empty(&self) -> bool {
        self.show.is_none() && self.enabled.is_none() && self.machine == Said::Nothing
    }

    /// The node that becomes of one.
    pub(crate) fn written_to(&self, before: &NodeRecord, at: UnixSeconds) -> NodeRecord {
        let mut after = NodeRecord {
            show: self.show.unwrap_or(before.show),
            enabled: self.enabled.unwrap_or(before.enabled),
            updated_at: at,
            ..before.clone()
        };
        self.machine.clone().written_to(&mut after.machine);
        after
    }
}

/// What makes the node useless. One that is hidden may be a draft.
pub(crate) fn flaws_of(node: &NodeRecord) -> Vec<Flaw> {
    if !node.show && is_draft(node.protocol, &node.settings) {
        return Vec::new();
    }
    flaws(node.protocol, &node.settings, node.parent.is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{a_node, node_terms};

    const AT: UnixSeconds = UnixSeconds::new(2_000_000_000);

    #[test]
    fn what_is_not_said_stays() {
        let mut before = NodeRecord::from(a_node(7));
        before.code = Some("ss-7".to_owned());
        before.tags = Some(vec!["a".to_owned()]);
        before.upload = 5;
        let after = node_terms().written_to(before.clone(), AT);
        let expected = NodeRecord {
            name: "Changed".to_owned(),
            updated_at: AT,
            ..before.clone()
        };
        assert_eq!(after, expected);
        let cleared = NodeTerms {
            code: Said::None,
            tags: Said::None,
            groups: Said::Value(vec![GroupId::new(2)]),
            parent: Said::Value(NodeId::new(1)),
            rate_time_enable: Some(true),
            rate_time_ranges: Said::Value(json!([])),
            ..node_terms()
        };
        let after = cleared.written_to(before, AT);
        assert_eq!((after.code, after.tags), (None, None));
        assert_eq!(after.groups, Some(vec![GroupId::new(2)]));
        assert_eq!(after.parent, Some(NodeId::new(1)));
        assert_eq!(after.rate_time_ranges, json!([]));
    }

    #[test]
    fn settings_of_another_protocol_do_not_stay() {
        let before = NodeRecord::from(a_node(7));
        let terms = |protocol| NodeTerms {
            protocol,
            settings: None,
            ..node_terms()
        };
        let same = terms(Protocol::Shadowsocks).written_to(before.clone(), AT);
        assert_eq!(same.settings, before.settings);
        let other = terms(Protocol::Tuic).written_to(before, AT);
        let expected = Settings::normalised(Protocol::Tuic, &json!({}));
        assert_eq!(other.settings, expected);
    }

    #[test]
    fn a_draft_is_refused_once_it_is_shown() {
        let settings = json!({"tls": 2, "reality_settings": {
            "public_key": "p", "private_key": "k", "short_id": "s",
        }});
        let node = |show| NodeRecord {
            protocol: Protocol::Vless,
            settings: Settings::normalised(Protocol::Vless, &settings),
            show,
            ..NodeRecord::from(a_node(7))
        };
        assert_eq!(flaws_of(&node(false)), []);
        assert_eq!(flaws_of(&node(true)).len(), 3);
    }
}
