use ferroboard_protocol::Protocol::{
    self, Anytls, Http, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::{Value, json};

use super::Download;

const KEY: &str = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";

fn document(nodes: Vec<ExportNode>) -> Value {
    let document = Download::by("Egern/2.9.1", nodes).document();
    assert_eq!(document.content_type, "text/yaml");
    serde_saphyr::from_str(&document.body).unwrap()
}

fn proxy(protocol: Protocol, settings: &Value) -> Value {
    let document = document(vec![a_node(protocol, settings)]);
    let proxies = document["proxies"].as_array().unwrap();
    assert_eq!(proxies.len(), 1, "{protocol} {settings}");
    proxies[0].clone()
}

#[test]
fn every_protocol_has_its_kind() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": KEY, "short_id": "ab"});
    let ws = json!({"path": "/w", "headers": {"Host": "w.test"}});
    let verified = json!({"sni": "t.test", "skip_tls_verify": true});
    let keyed = json!({
        "sni": "r.test", "skip_tls_verify": false,
        "reality": {"public_key": KEY, "short_id": "ab"},
    });
    for (protocol, settings, kind, own) in [
        (
            Shadowsocks,
            json!({"cipher": "chacha20-ietf-poly1305", "plugin": "obfs", "plugin_opts": "obfs=tls;obfs-host=o"}),
            "shadowsocks",
            json!({"method": "chacha20-poly1305", "password": "secret", "udp_relay": true, "obfs": "tls", "obfs_host": "o"}),
        ),
        (
            Vmess,
            json!({"network": "ws", "network_settings": ws, "tls": 1, "tls_settings": tls}),
            "vmess",
            json!({
                "user_id": "secret", "security": "auto", "legacy": false, "udp_relay": true,
                "transport": {"wss": {"path": "/w", "headers": {"Host": "w.test"}, "sni": "t.test", "skip_tls_verify": true}},
            }),
        ),
        (
            Vless,
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "flow": "xtls-rprx-vision"}),
            "vless",
            json!({"user_id": "secret", "udp_relay": true, "flow": "xtls-rprx-vision", "transport": {"tls": keyed}}),
        ),
        (
            Vless,
            json!({"network": "tcp"}),
            "vless",
            json!({"user_id": "secret", "udp_relay": true}),
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": ws, "tls_settings": tls}),
            "trojan",
            json!({
                "password": "secret", "udp_relay": true, "sni": "t.test", "skip_tls_verify": true,
                "websocket": {"path": "/w", "host": "w.test"},
            }),
        ),
        (
            Hysteria,
            json!({"version": 2, "tls": tls, "obfs": {"open": true, "password": "o"}}),
            "hysteria2",
            json!({
                "auth": "secret", "udp_relay": true, "sni": "t.test", "skip_tls_verify": true,
                "obfs": "salamander", "obfs_password": "o",
            }),
        ),
        (
            Tuic,
            json!({"tls": tls}),
            "tuic",
            json!({"uuid": "secret", "password": "secret", "alpn": ["h3"], "sni": "t.test", "skip_tls_verify": true}),
        ),
        (
            Anytls,
            json!({"tls": tls}),
            "anytls",
            json!({"password": "secret", "udp_relay": true, "sni": "t.test", "skip_tls_verify": true}),
        ),
        (
            Socks,
            json!({}),
            "socks5",
            json!({"username": "secret", "password": "secret"}),
        ),
        (
            Http,
            json!({"tls": 1, "tls_settings": tls}),
            "https",
            json!({"username": "secret", "password": "secret", "sni": verified["sni"], "skip_tls_verify": true}),
        ),
    ] {
        let mut expected = json!({"name": "Node", "server": "n.test", "port": 443});
        expected
            .as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        assert_eq!(
            proxy(protocol, &settings),
            json!({kind: expected}),
            "{settings}"
        );
    }
}

#[test]
fn the_group_holds_what_is_written_and_nothing_else() {
    let named = |name: &str, protocol, settings| ExportNode {
        name: name.into(),
        ..a_node(protocol, &settings)
    };
    let found = document(vec![
        named("A", Socks, json!({})),
        named("A", Anytls, json!({})),
        named("DIRECT", Http, json!({})),
        named("gone", Vless, json!({"network": "xhttp"})),
        named("gone", Tuic, json!({"version": 4})),
        named("gone", Shadowsocks, json!({"cipher": "aes-192-gcm"})),
        named(
            "gone",
            Vless,
            json!({"network": "tcp", "encryption": {"enabled": true, "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0"}}),
        ),
    ]);
    let policies = json!(["A", "A 2", "DIRECT 2", "DIRECT"]);
    assert_eq!(
        found["policy_groups"],
        json!([{"select": {"name": "Demo Panel", "policies": policies}}])
    );
    assert_eq!(
        found["rules"],
        json!([
            {"domain": {"match": "demo.test", "policy": "DIRECT"}},
            {"geoip": {"match": "CN", "policy": "DIRECT"}},
            {"default": {"policy": "Demo Panel"}},
        ])
    );
    assert_eq!(found["proxies"].as_array().unwrap().len(), 3);
}
