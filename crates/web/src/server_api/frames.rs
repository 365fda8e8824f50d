//! What agents are told over a WebSocket, as they read it.

use std::collections::BTreeMap;

use ferroboard_application::{PanelMessage, SocketPeer};
use ferroboard_kernel::{NodeId, UnixSeconds};
use ferroboard_nodes::UserChanges;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::machines::MachineNode;
use super::user_list::{UserBody, Users};

/// A message that carries when it was made.
#[derive(Serialize)]
struct Frame<T> {
    event: &'static str,
    data: T,
    timestamp: i64,
}

/// What a message says; of several nodes on one socket, of which.
#[derive(Serialize)]
struct About<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    node_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<T>,
}

impl<T> Default for About<T> {
    fn default() -> Self {
        Self {
            node_id: None,
            action: None,
            config: None,
            users: None,
        }
    }
}

/// Asks whether the agent is there.
pub(super) fn ping() -> String {
    json!({"event": "ping"}).to_string()
}

/// Why the socket is closed.
pub(super) fn error(message: &str) -> String {
    json!({"event": "error", "data": {"message": message}}).to_string()
}

/// The message in one text or several.
pub(super) fn of(message: PanelMessage, peer: SocketPeer, at: UnixSeconds) -> Vec<String> {
    let about = |node: NodeId| match peer {
        SocketPeer::Node(_) => None,
        SocketPeer::Machine(_) => Some(node.get()),
    };
    match message {
        PanelMessage::Admitted(nodes) => vec![admitted(peer, &nodes)],
        PanelMessage::Config(node, config) => {
            let data: About<()> = About {
                node_id: about(node),
                config: Some(config.0),
                ..About::default()
            };
            vec![text("sync.config", data, at)]
        }
        PanelMessage::Users(node, list) => {
            let data = About {
                node_id: about(node),
                users: Some(Users(&list)),
                ..About::default()
            };
            vec![text("sync.users", data, at)]
        }
        PanelMessage::Changes(node, changes) => deltas(about(node), &changes, at),
        PanelMessage::Devices(node, users) => {
            let users = users.into_iter().map(|(user, seen)| (user.get(), seen));
            let data = About {
                node_id: about(node),
                users: Some(users.collect::<BTreeMap<_, _>>()),
                ..About::default()
            };
            vec![text("sync.devices", data, at)]
        }
        PanelMessage::Nodes(nodes) => {
            let nodes: Vec<_> = nodes.into_iter().map(MachineNode::from).collect();
            vec![text("sync.nodes", json!({"nodes": nodes}), at)]
        }
    }
}

fn admitted(peer: SocketPeer, nodes: &[NodeId]) -> String {
    let data = match peer {
        SocketPeer::Node(node) => json!({"node_id": node.get()}),
        SocketPeer::Machine(machine) => {
            let nodes: Vec<_> = nodes.iter().map(|node| node.get()).collect();
            json!({"machine_id": machine.get(), "node_ids": nodes})
        }
    };
    json!({"event": "auth.success", "data": data}).to_string()
}

/// First who may no longer be let in.
fn deltas(node_id: Option<i64>, changes: &UserChanges, at: UnixSeconds) -> Vec<String> {
    const EVENT: &str = "sync.user.delta";
    let mut texts = Vec::new();
    if !changes.removed.is_empty() {
        let gone = changes.removed.iter();
        let users: Vec<_> = gone.map(|user| json!({"id": user.get()})).collect();
        let data = About {
            node_id,
            action: Some("remove"),
            users: Some(users),
            ..About::default()
        };
        texts.push(text(EVENT, data, at));
    }
    if !changes.added.is_empty() {
        let users: Vec<_> = changes.added.iter().map(UserBody::from).collect();
        let data = About {
            node_id,
            action: Some("add"),
            users: Some(users),
            ..About::default()
        };
        texts.push(text(EVENT, data, at));
    }
    texts
}

fn text<T: Serialize>(event: &'static str, data: T, at: UnixSeconds) -> String {
    let timestamp = at.get();
    // Numbers and texts: nothing in it fails.
    serde_json::to_string(&Frame {
        event,
        data,
        timestamp,
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ferroboard_kernel::{MachineId, UserId};
    use ferroboard_nodes::NodeConfig;
    use ferroboard_nodes::testing::{a_node, an_access};

    use super::*;

    const AT: UnixSeconds = UnixSeconds::new(5);

    fn shown(message: &PanelMessage, peer: SocketPeer) -> Vec<Value> {
        let texts = of(message.clone(), peer, AT).into_iter();
        texts
            .map(|text| serde_json::from_str(&text).unwrap())
            .collect()
    }

    #[test]
    fn messages_name_their_node_where_there_may_be_several() {
        let node = NodeId::new(24);
        let (alone, machine) = (
            SocketPeer::Node(node),
            SocketPeer::Machine(MachineId::new(1)),
        );
        let changes = UserChanges {
            added: vec![an_access(7, 1).user],
            removed: vec![UserId::new(8)],
        };
        let mut config = Map::new();
        config.insert("protocol".to_owned(), json!("trojan"));
        let user = json!({
            "id": 7, "uuid": "00000007-1111-4111-8111-000000000007", "speed_limit": null,
            "device_limit": null,
        });
        let devices = vec![(UserId::new(7), vec!["1.1.1.1".to_owned()])];
        for (message, expected) in [
            (
                PanelMessage::Config(node, NodeConfig(config)),
                vec![("sync.config", json!({"config": {"protocol": "trojan"}}))],
            ),
            (
                PanelMessage::Users(node, Arc::default()),
                vec![("sync.users", json!({"users": []}))],
            ),
            (
                PanelMessage::Changes(node, Arc::new(changes)),
                vec![
                    (
                        "sync.user.delta",
                        json!({"action": "remove", "users": [{"id": 8}]}),
                    ),
                    ("sync.user.delta", json!({"action": "add", "users": [user]})),
                ],
            ),
            (
                PanelMessage::Devices(node, devices),
                vec![("sync.devices", json!({"users": {"7": ["1.1.1.1"]}}))],
            ),
            (
                PanelMessage::Devices(node, vec![]),
                vec![("sync.devices", json!({"users": {}}))],
            ),
        ] {
            let frames = |named: bool| {
                let frames = expected.iter().map(|(event, data)| {
                    let mut data = data.clone();
                    if named {
                        data["node_id"] = json!(24);
                    }
                    json!({"event": event, "data": data, "timestamp": 5})
                });
                frames.collect::<Vec<_>>()
            };
            assert_eq!(shown(&message, alone), frames(false));
            assert_eq!(shown(&message, machine), frames(true));
        }
    }

    #[test]
    fn messages_about_no_node_in_particular() {
        let (node, machine) = (
            SocketPeer::Node(NodeId::new(24)),
            SocketPeer::Machine(MachineId::new(1)),
        );
        let admitted = PanelMessage::Admitted(vec![NodeId::new(24)]);
        for (peer, data) in [
            (node, json!({"node_id": 24})),
            (machine, json!({"machine_id": 1, "node_ids": [24]})),
        ] {
            let expected = json!({"event": "auth.success", "data": data});
            assert_eq!(shown(&admitted, peer), [expected]);
        }
        let nodes = PanelMessage::Nodes(vec![a_node(24)]);
        let expected = json!({"nodes": [{"id": 24, "type": "shadowsocks", "name": "Node 24"}]});
        assert_eq!(shown(&nodes, machine)[0]["data"], expected);
        assert_eq!(ping(), r#"{"event":"ping"}"#);
        let refused: Value = serde_json::from_str(&error("node not found")).unwrap();
        assert_eq!(
            refused,
            json!({"event": "error", "data": {"message": "node not found"}})
        );
    }
}
