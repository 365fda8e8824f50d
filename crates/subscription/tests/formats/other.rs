use ferroboard_kernel::NodeId;
use ferroboard_protocol::Protocol;
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::{Value, json};

use super::Download;

#[test]
fn shadowsocks_clients_get_sip008() {
    let node = |id, cipher: &str| ExportNode {
        id: NodeId::new(id),
        ..a_node(Protocol::Shadowsocks, &json!({"cipher": cipher}))
    };
    let nodes = vec![
        node(1, "aes-256-gcm"),
        node(2, "2022-blake3-aes-128-gcm"),
        a_node(
            Protocol::Shadowsocks,
            &json!({"cipher": "aes-256-gcm", "plugin": "kcptun", "plugin_opts": "x=y"}),
        ),
        a_node(Protocol::Vmess, &json!({})),
    ];
    let document = Download::by("shadowsocks", nodes).document();
    assert_eq!(document.content_type, "application/json");
    let body: Value = serde_json::from_str(&document.body).unwrap();
    let server = json!({
        "id": 1, "remarks": "Node", "server": "n.test", "server_port": 443,
        "password": "secret", "method": "aes-256-gcm",
    });
    let expected = json!({
        "version": 1, "bytes_used": 3_221_225_472_i64, "bytes_remaining": 7_516_192_768_i64,
        "servers": [server],
    });
    assert_eq!(body, expected);
    let disguised =
        json!({"cipher": "aes-256-gcm", "plugin": "obfs", "plugin_opts": "obfs=http;obfs-host=o"});
    let nodes = vec![a_node(Protocol::Shadowsocks, &disguised)];
    let body = Download::by("shadowsocks", nodes).document().body;
    let body: Value = serde_json::from_str(&body).unwrap();
    let server = &body["servers"][0];
    assert_eq!(server["plugin"], "obfs-local");
    assert_eq!(server["plugin_opts"], "obfs=http;obfs-host=o");
}
