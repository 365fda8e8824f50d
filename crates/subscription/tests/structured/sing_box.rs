use ferroboard_protocol::Protocol::{
    Anytls, Http, Hysteria, Mieru, Naive, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::{Value, json};

use super::{assert_rows, bare_templates, document, with_ports, written};

const HELLO: &str = "-----BEGIN ECH CONFIGS-----\nAAj+DQAEAQIDBA==\n-----END ECH CONFIGS-----";

fn base() -> Value {
    json!({"tag": "Node", "server": "n.test", "server_port": 443})
}

#[test]
fn every_transport() {
    let rows = [
        (json!({"network": "tcp"}), None),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "http", "request": {
                "path": ["/a", "/b"], "headers": {"Host": "h.test"},
            }}}}),
            Some(json!({"type": "http", "path": "/a", "host": ["h.test"]})),
        ),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "http"}}}),
            Some(json!({"type": "http", "path": "/", "host": []})),
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w", "headers": {"Host": "h.test"}}}),
            Some(json!({
                "type": "ws", "path": "/w", "headers": {"Host": "h.test"}, "max_early_data": 0,
            })),
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            Some(json!({"type": "grpc", "service_name": "svc"})),
        ),
        (
            json!({"network": "h2", "network_settings": {"path": "/h", "host": ["h.test"]}}),
            Some(json!({"type": "http", "path": "/h", "host": ["h.test"]})),
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"path": "/u", "headers": {"A": "b", "C": 5}}}),
            Some(
                json!({"type": "httpupgrade", "path": "/u", "host": "n.test", "headers": {"A": "b"}}),
            ),
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"host": "h.test"}}),
            Some(json!({"type": "httpupgrade", "host": "h.test"})),
        ),
    ];
    let rows = rows.map(|(settings, transport)| {
        let mut expected =
            json!({"type": "vmess", "uuid": "secret", "security": "auto", "alter_id": 0});
        if let Some(transport) = transport {
            expected["transport"] = transport;
        }
        (Vmess, settings, expected)
    });
    assert_rows("sing-box", &base(), &rows);
}

#[test]
fn every_layer_of_encryption() {
    let ech = json!({"enabled": true, "config": "AAj+DQAEAQIDBA==", "query_server_name": "q.test"});
    let multiplex = json!({
        "enabled": true, "max_connections": 4,
        "brutal": {"enabled": true, "up_mbps": 10, "down_mbps": 20},
    });
    let reality = json!({
        "server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab", "private_key": "never",
    });
    let rows = [
        (
            Vmess,
            json!({
                "network": "tcp", "tls": 1, "utls": {"enabled": true}, "multiplex": multiplex,
                "tls_settings": {"server_name": "s.test", "ech": ech},
            }),
            json!({
                "type": "vmess", "uuid": "secret", "security": "auto", "alter_id": 0,
                "tls": {
                    "enabled": true, "insecure": false, "server_name": "s.test",
                    "utls": {"enabled": true, "fingerprint": "chrome"},
                    "ech": {"enabled": true, "config": [HELLO]},
                },
                "multiplex": {
                    "enabled": true, "protocol": "yamux", "max_connections": 4, "padding": false,
                    "brutal": {"enabled": true, "up_mbps": 10, "down_mbps": 20},
                },
            }),
        ),
        (
            Vless,
            json!({"network": "tcp", "multiplex": {"enabled": true, "padding": true}}),
            json!({
                "type": "vless", "uuid": "secret", "packet_encoding": "xudp",
                "multiplex": {"enabled": true, "protocol": "yamux", "padding": true},
            }),
        ),
        (
            Vless,
            json!({
                "network": "tcp", "tls": 2, "flow": "xtls-rprx-vision", "reality_settings": reality,
                "utls": {"enabled": true, "fingerprint": "safari"},
            }),
            json!({
                "type": "vless", "uuid": "secret", "packet_encoding": "xudp",
                "flow": "xtls-rprx-vision",
                "tls": {
                    "enabled": true, "insecure": false, "server_name": "r.test",
                    "reality": {"enabled": true, "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"},
                    "utls": {"enabled": true, "fingerprint": "safari"},
                },
            }),
        ),
        (
            Vless,
            json!({"network": "quic", "tls": 1}),
            json!({
                "type": "vless", "uuid": "secret", "packet_encoding": "xudp",
                "tls": {"enabled": true, "insecure": false}, "transport": {"type": "quic"},
            }),
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls": 0}),
            json!({
                "type": "trojan", "password": "secret", "tls": {"enabled": true, "insecure": false},
            }),
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls": 2, "reality_settings": reality}),
            json!({
                "type": "trojan", "password": "secret",
                "tls": {
                    "enabled": true, "insecure": false, "server_name": "r.test",
                    "reality": {"enabled": true, "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"},
                    "utls": {"enabled": true, "fingerprint": "chrome"},
                },
            }),
        ),
    ];
    assert_rows("sing-box 1.12.0", &base(), &rows);
}

#[test]
fn the_other_protocols() {
    let rows = [
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs-local", "plugin_opts": "obfs=http"}),
            json!({
                "type": "shadowsocks", "method": "aes-128-gcm", "password": "secret",
                "plugin": "obfs-local", "plugin_opts": "obfs=http",
            }),
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=tls;obfs-host=h.test"}),
            json!({
                "type": "shadowsocks", "method": "aes-128-gcm", "password": "secret",
                "plugin": "obfs-local", "plugin_opts": "obfs=tls;obfs-host=h.test",
            }),
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "v2ray-plugin", "plugin_opts": "mode=quic;host=h.test;mux=on"}),
            json!({
                "type": "shadowsocks", "method": "aes-128-gcm", "password": "secret",
                "plugin": "v2ray-plugin", "plugin_opts": "mode=quic;tls;host=h.test",
            }),
        ),
        (
            Hysteria,
            json!({
                "version": 1, "obfs": {"open": false, "password": "o"},
                "bandwidth": {"up": 10, "down": 20}, "tls": {"server_name": "s.test"},
            }),
            json!({
                "type": "hysteria", "auth_str": "secret", "obfs": "o", "disable_mtu_discovery": true,
                "up_mbps": 10, "down_mbps": 20,
                "tls": {"enabled": true, "insecure": false, "server_name": "s.test"},
            }),
        ),
        (
            Hysteria,
            json!({
                "version": 2, "obfs": {"open": true, "password": "o"}, "hop_interval": 30,
                "tls": {"allow_insecure": true},
            }),
            json!({
                "type": "hysteria2", "password": "secret",
                "obfs": {"type": "salamander", "password": "o"},
                "tls": {"enabled": true, "insecure": true},
            }),
        ),
        (
            Tuic,
            json!({"alpn": ["h3"], "tls": {"server_name": "s.test"}}),
            json!({
                "type": "tuic", "congestion_control": "cubic", "udp_relay_mode": "native",
                "zero_rtt_handshake": true, "heartbeat": "10s", "uuid": "secret", "password": "secret",
                "tls": {"enabled": true, "insecure": false, "alpn": ["h3"], "server_name": "s.test"},
            }),
        ),
        (
            Socks,
            json!({"tls": 0}),
            json!({"type": "socks", "version": "5", "username": "secret", "password": "secret"}),
        ),
        (
            Http,
            json!({"tls": 1}),
            json!({
                "type": "http", "username": "secret", "password": "secret",
                "tls": {"enabled": true, "insecure": false},
            }),
        ),
    ];
    assert_rows("sing-box 1.10.0", &base(), &rows);
}

#[test]
fn ports_are_hopped_between_since_1_11() {
    let node = || vec![with_ports(a_node(Hysteria, &json!({"hop_interval": 30})))];
    let found = written("sing-box 1.11.0", node());
    assert_eq!(found[0]["server_ports"], json!(["30000:30010"]));
    assert_eq!(found[0]["hop_interval"], "30s");
    for agent in ["sing-box 1.10.9", "Hiddify/2.5.7", "sing-box"] {
        let found = written(agent, node());
        assert_eq!(found[0]["server_port"], 30_005, "{agent}");
        assert_eq!(found[0].get("server_ports"), None, "{agent}");
        assert_eq!(found[0].get("hop_interval"), None, "{agent}");
    }
}

#[test]
fn lists_of_ports_are_ranges_of_them() {
    let listed = |version| ExportNode {
        ports: Some("443,20000-50000".into()),
        ..a_node(
            Hysteria,
            &json!({"version": version, "bandwidth": {"up": 1, "down": 1}}),
        )
    };
    for (agent, version, ports) in [
        ("sing-box 1.11.0", 2, json!(["443:443", "20000:50000"])),
        ("sing-box 1.11.9", 1, Value::Null),
        ("sing-box 1.12.0", 1, json!(["443:443", "20000:50000"])),
    ] {
        let found = written(agent, vec![listed(version)]);
        assert_eq!(found[0]["server_ports"], ports, "{agent} {version}");
        assert_eq!(found[0]["server_port"], 443, "{agent} {version}");
    }
}

#[test]
fn what_came_with_a_core_needs_that_core() {
    let hello = json!({"tls": {"ech": {"enabled": true, "query_server_name": "q.test"}}});
    let queried = |agent| written(agent, vec![a_node(Anytls, &hello)])[0]["tls"]["ech"].clone();
    let told = json!({"enabled": true, "query_server_name": "q.test"});
    assert_eq!(queried("sing-box 1.13.0"), told);
    for agent in ["sing-box 1.12.9", "sing-box", "Hiddify/2.5.7"] {
        assert_eq!(queried(agent), json!({"enabled": true}), "{agent}");
    }
    for (agent, protocol, settings, is_written) in [
        ("sing-box 1.11.9", Anytls, json!({}), false),
        ("sing-box 1.12.0", Anytls, json!({}), true),
        // The app's own version says nothing of its core.
        ("Karing/1.0.5 sing-box 1.12", Anytls, json!({}), true),
        (
            "sing-box 1.7.9",
            Vless,
            json!({"network": "httpupgrade"}),
            false,
        ),
        (
            "sing-box 1.8.0",
            Vless,
            json!({"network": "httpupgrade"}),
            true,
        ),
        (
            "SFA/1.13.0 (1; sing-box 1.13.0)",
            Naive,
            json!({"tls": 1}),
            true,
        ),
        (
            "SFA/1.12.9 (1; sing-box 1.12.9)",
            Naive,
            json!({"tls": 1}),
            false,
        ),
        (
            "SFI/1.13.0 (1; sing-box 1.13.0)",
            Naive,
            json!({"tls": 0}),
            false,
        ),
        (
            "Karing/2.0 sing-box 1.13.0",
            Naive,
            json!({"tls": 1}),
            false,
        ),
    ] {
        let found = written(agent, vec![a_node(protocol, &settings)]);
        assert_eq!(
            found.len(),
            usize::from(is_written),
            "{agent} {protocol} {settings}"
        );
    }
    let settings = json!({"tls": 1, "tls_settings": {"server_name": "s.test"}});
    let found = written(
        "SFM/1.14.0 (1; sing-box 1.14.0)",
        vec![a_node(Naive, &settings)],
    );
    let expected = json!({
        "tag": "Node", "type": "naive", "server": "n.test", "server_port": 443,
        "username": "secret", "password": "secret",
        "tls": {"enabled": true, "server_name": "s.test"},
    });
    assert_eq!(found, [expected]);
}

#[test]
fn what_it_does_not_know_is_left_out() {
    for (protocol, settings) in [
        (Mieru, json!({})),
        (Vmess, json!({"network": "quic"})),
        (Vless, json!({"network": "xhttp"})),
        (Vless, json!({"network": "kcp"})),
        (Vmess, json!({"network": "kcp"})),
        (Tuic, json!({"version": 4})),
        (Tuic, json!({"congestion_control": "bbr2"})),
        (Socks, json!({"tls": 1})),
        (
            Vmess,
            json!({"network": "ws", "network_settings": {"path": "/%zz"}}),
        ),
        (
            Vmess,
            json!({"network": "tcp", "multiplex": {"enabled": true, "protocol": "mux"}}),
        ),
        (
            Vless,
            json!({"network": "tcp", "encryption": {
                "enabled": true,
                "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0",
            }}),
        ),
        (Shadowsocks, json!({"cipher": "chacha20"})),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "shadow-tls", "plugin_opts": "host=h.test"}),
        ),
        (
            Anytls,
            json!({"tls": {"ech": {"enabled": true, "config": "zzz"}}}),
        ),
        (
            Hysteria,
            json!({"obfs": {"open": true, "type": "xplus", "password": "o"}}),
        ),
    ] {
        assert!(written("sing-box", vec![a_node(protocol, &settings)]).is_empty());
    }
}

#[test]
fn the_headers_tell_the_account_and_the_title() {
    let document = document("sing-box", &bare_templates(), Vec::new());
    assert_eq!(document.content_type, "application/json");
    let headers = [
        ("profile-title", "base64:RGVtbyBQYW5lbA=="),
        (
            "subscription-userinfo",
            "upload=1073741824; download=2147483648; total=10737418240; expire=",
        ),
        ("profile-update-interval", "24"),
        (
            "content-disposition",
            "attachment;filename*=UTF-8''Demo%20Panel",
        ),
        ("profile-web-page-url", "http://demo.test"),
    ];
    assert_eq!(
        document.headers,
        headers.map(|(name, value)| (name, value.to_owned()))
    );
}
