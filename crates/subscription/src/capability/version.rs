//! What a client needs which version for.

use ferroboard_protocol::Protocol;
use serde_json::Value;

use crate::{Client, ExportNode};

/// From when on a client understands values of a setting.
pub(crate) struct VersionRule {
    /// The client's word, as [`Client::detect`] finds it.
    pub(super) client: &'static str,
    pub(super) protocol: Protocol,
    /// Where the setting stands.
    pub(super) path: &'static str,
    pub(super) value: &'static str,
    pub(super) since: &'static str,
}

/// The client needs this version for the value of the setting at the path.
pub(super) const fn since_for(
    client: &'static str,
    protocol: Protocol,
    path: &'static str,
    value: &'static str,
    since: &'static str,
) -> VersionRule {
    VersionRule {
        client,
        protocol,
        path,
        value,
        since,
    }
}

impl VersionRule {
    /// Whether the rule says anything about this node in this client.
    pub(super) fn concerns(&self, client: &Client, node: &ExportNode) -> bool {
        Some(self.client) == client.name
            && self.protocol == node.protocol
            && self.is_value(node.settings.at(self.path))
    }

    fn is_value(&self, found: &Value) -> bool {
        match found {
            Value::String(text) => text == self.value,
            Value::Number(number) => number.to_string() == self.value,
            _ => false,
        }
    }
}
