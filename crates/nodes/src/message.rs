//! What agents say over a WebSocket.

use ferroboard_kernel::NodeId;
use serde_json::{Value, json};

use crate::{DeviceReport, NodeMetrics};

/// What an agent says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentMessage {
    /// It is there.
    Pong,
    /// What it counts.
    Status(NodeMetrics),
    /// From where users are online through its node: all of them.
    Devices(DeviceReport),
    /// It asks from where its users are online through any node.
    AskDevices,
}

impl AgentMessage {
    /// Reads `{"event", "data"}`, with the node that it names. `None` for what is no message, or one
    /// that nobody knows: agents may be newer than the panel.
    pub fn parse(text: &str) -> Option<(Option<NodeId>, Self)> {
        let given: Value = serde_json::from_str(text).ok()?;
        let nothing = json!({});
        let data = given.get("data").filter(|data| !data.is_null());
        let data = data.unwrap_or(&nothing);
        let message = match given.get("event")?.as_str()? {
            "pong" => Self::Pong,
            "node.status" => Self::Status(NodeMetrics(data.clone())),
            "report.devices" => {
                let wrapped = data.get("devices").filter(|devices| is_collection(devices));
                Self::Devices(DeviceReport::parse(wrapped.unwrap_or(data))?)
            }
            "request.devices" => Self::AskDevices,
            _ => return None,
        };
        let node = match data.get("node_id") {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        Some((node.map(NodeId::new), message))
    }
}

fn is_collection(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(given: &Value) -> AgentMessage {
        AgentMessage::Devices(DeviceReport::parse(given).unwrap())
    }

    #[test]
    fn messages_are_known_by_their_event() {
        let metrics = |given| AgentMessage::Status(NodeMetrics(given));
        for (text, expected) in [
            (r#"{"event":"pong"}"#, Some((None, AgentMessage::Pong))),
            (
                r#"{"event":"pong","data":null,"timestamp":1}"#,
                Some((None, AgentMessage::Pong)),
            ),
            (
                r#"{"event":"node.status","data":{"uptime":5}}"#,
                Some((None, metrics(json!({"uptime": 5})))),
            ),
            (
                r#"{"event":"node.status"}"#,
                Some((None, metrics(json!({})))),
            ),
            (
                r#"{"event":"report.devices","data":{"7":["1.1.1.1"]}}"#,
                Some((None, devices(&json!({"7": ["1.1.1.1"]})))),
            ),
            (
                r#"{"event":"report.devices","data":{"node_id":24,"devices":{"7":["1.1.1.1"]}}}"#,
                Some((Some(24), devices(&json!({"7": ["1.1.1.1"]})))),
            ),
            (
                r#"{"event":"report.devices","data":{"node_id":"24","7":["1.1.1.1"]}}"#,
                Some((Some(24), devices(&json!({"7": ["1.1.1.1"]})))),
            ),
            (
                r#"{"event":"report.devices","data":[]}"#,
                Some((None, devices(&json!({})))),
            ),
            (
                r#"{"event":"report.devices"}"#,
                Some((None, devices(&json!({})))),
            ),
            (r#"{"event":"report.devices","data":"x"}"#, None),
            (
                r#"{"event":"request.devices","data":{"node_id":1.5}}"#,
                Some((None, AgentMessage::AskDevices)),
            ),
            (r#"{"event":"sync.users","data":{}}"#, None),
            (r#"{"event":5}"#, None),
            (r#"{"data":{}}"#, None),
            ("[]", None),
            ("ping", None),
            ("", None),
        ] {
            let expected = expected.map(|(node, message)| (node.map(NodeId::new), message));
            assert_eq!(AgentMessage::parse(text), expected, "{text}");
        }
    }
}
