use ferroboard_protocol::Protocol::{
    Anytls, Http, Hysteria, Mieru, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::{Value, json};

use super::{assert_rows, clash_base, with, with_ports, written};

fn vmess(more: Value) -> Value {
    let proxy =
        json!({"type": "vmess", "uuid": "secret", "alterId": 0, "cipher": "auto", "udp": true});
    with(proxy, more)
}

fn vless(more: Value) -> Value {
    let proxy = vmess(json!({"type": "vless", "encryption": "none", "tls": false}));
    with(proxy, more)
}

fn trojan(more: Value) -> Value {
    let proxy = json!({
        "type": "trojan", "password": "secret", "udp": true, "skip-cert-verify": false,
    });
    with(proxy, more)
}

#[test]
fn vmess_over_every_transport() {
    let rows = [
        (
            json!({
                "network": "tcp", "tls": 1,
                "tls_settings": {"server_name": "s.test", "ech": {
                    "enabled": true, "query_server_name": "q.test",
                    "config": "-----BEGIN ECH CONFIGS-----\nAAj+DQAE\nAQIDBA==\n-----END ECH CONFIGS-----\n",
                }},
                "utls": {"enabled": true, "fingerprint": "random"},
                "multiplex": {
                    "enabled": true, "protocol": "smux", "max_connections": 4, "padding": true,
                    "brutal": {"enabled": true, "up_mbps": 10, "down_mbps": 20},
                },
            }),
            json!({
                "tls": true, "skip-cert-verify": false, "servername": "s.test", "network": "tcp",
                "ech-opts": {"enable": true, "config": "AAj+DQAEAQIDBA==", "query-server-name": "q.test"},
                "client-fingerprint": "chrome",
                "smux": {
                    "enabled": true, "protocol": "smux", "max-connections": 4, "padding": true,
                    "brutal-opts": {"enabled": true, "up": 10, "down": 20},
                },
            }),
        ),
        (
            json!({"network": "tcp", "multiplex": {"enabled": true}}),
            json!({"network": "tcp", "smux": {"enabled": true, "protocol": "yamux"}}),
        ),
        (
            json!({"network": "h2", "tls": 1, "network_settings": {"path": "/h", "host": "h.test"}}),
            json!({"tls": true, "skip-cert-verify": false, "network": "h2", "h2-opts": {"path": "/h", "host": ["h.test"]}}),
        ),
        (
            json!({"network": "h2", "tls": 1, "network_settings": {"host": ["a.test", "b.test"]}}),
            json!({"tls": true, "skip-cert-verify": false, "network": "h2", "h2-opts": {"host": ["a.test", "b.test"]}}),
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"path": "/u", "host": "h.test"}}),
            json!({"network": "ws", "ws-opts": {
                "v2ray-http-upgrade": true, "path": "/u", "headers": {"Host": "h.test"},
            }}),
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w"}}),
            json!({"network": "ws", "ws-opts": {"path": "/w"}}),
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            json!({"network": "grpc", "grpc-opts": {"grpc-service-name": "svc"}}),
        ),
    ];
    let rows = rows.map(|(settings, expected)| (Vmess, settings, vmess(expected)));
    assert_rows("meta", &clash_base(), &rows);
}

#[test]
fn vless_over_every_layer_and_transport() {
    let rows = [
        (json!({"network": "tcp"}), json!({"network": "tcp"})),
        (
            json!({
                "network": "tcp", "tls": 1, "flow": "xtls-rprx-vision",
                "tls_settings": {"server_name": "s.test", "allow_insecure": true},
                "utls": {"enabled": true, "fingerprint": "firefox"},
            }),
            json!({
                "network": "tcp", "tls": true, "flow": "xtls-rprx-vision", "servername": "s.test",
                "skip-cert-verify": true, "client-fingerprint": "firefox",
            }),
        ),
        (
            json!({
                "network": "grpc", "tls": 2,
                "reality_settings": {"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "0123"},
                "utls": {"enabled": false},
            }),
            json!({
                "network": "grpc", "tls": true, "skip-cert-verify": false, "servername": "r.test",
                "reality-opts": {"public-key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short-id": "0123"},
                "client-fingerprint": "chrome",
            }),
        ),
        (
            json!({
                "network": "xhttp",
                "network_settings": {"path": "/x", "host": "h.test", "mode": "auto"},
                "encryption": {"enabled": true, "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "decryption": "no"},
                "utls": {"enabled": true},
            }),
            json!({
                "network": "xhttp", "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0",
                "xhttp-opts": {"path": "/x", "host": "h.test", "mode": "auto"},
            }),
        ),
        (
            json!({"network": "xhttp", "encryption": {"enabled": false, "encryption": "off"}}),
            json!({"network": "xhttp"}),
        ),
        (
            json!({"network": "ws", "multiplex": {"enabled": true, "protocol": "h2mux"}}),
            json!({"network": "ws", "smux": {"enabled": true, "protocol": "h2mux"}}),
        ),
    ];
    let rows = rows.map(|(settings, expected)| (Vless, settings, vless(expected)));
    assert_rows("meta", &clash_base(), &rows);
}

#[test]
fn trojan_over_every_layer_and_transport() {
    let rows = [
        (json!({"network": "tcp"}), json!({"network": "tcp"})),
        (
            json!({
                "network": "grpc", "tls": 2, "network_settings": {"serviceName": "svc"},
                "reality_settings": {
                    "server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab", "allow_insecure": true,
                },
            }),
            json!({
                "skip-cert-verify": true, "sni": "r.test",
                "reality-opts": {"public-key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short-id": "ab"},
                "client-fingerprint": "chrome",
                "network": "grpc", "grpc-opts": {"grpc-service-name": "svc"},
            }),
        ),
        (
            json!({
                "network": "httpupgrade", "tls_settings": {"server_name": "s.test"},
                "network_settings": {"host": "h.test"},
            }),
            json!({
                "sni": "s.test", "network": "ws",
                "ws-opts": {"v2ray-http-upgrade": true, "headers": {"Host": "h.test"}},
            }),
        ),
        (json!({"network": "grpc"}), json!({"network": "grpc"})),
    ];
    let rows = rows.map(|(settings, expected)| (Trojan, settings, trojan(expected)));
    assert_rows("meta", &clash_base(), &rows);
}

#[test]
fn the_other_protocols() {
    let rows = [
        (
            Shadowsocks,
            json!({"cipher": "2022-blake3-aes-128-gcm", "plugin": "obfs-local", "plugin_opts": "mode=tls"}),
            json!({
                "type": "ss", "cipher": "2022-blake3-aes-128-gcm", "password": "secret", "udp": true,
                "plugin": "obfs", "plugin-opts": {"mode": "tls", "host": "www.bing.com"},
            }),
        ),
        (
            Hysteria,
            json!({
                "version": 1, "bandwidth": {"up": 10, "down": 20}, "obfs": {"open": true, "password": "o"},
                "tls": {"server_name": "s.test", "allow_insecure": true},
            }),
            json!({
                "type": "hysteria", "sni": "s.test", "up": 10, "down": 20, "skip-cert-verify": true,
                "auth_str": "secret", "protocol": "udp", "obfs": "o", "fast-open": true,
                "disable_mtu_discovery": true,
            }),
        ),
        (
            Hysteria,
            json!({"version": 2, "obfs": {"open": true, "password": "o"}, "hop_interval": 30}),
            json!({
                "type": "hysteria2", "skip-cert-verify": false, "password": "secret",
                "obfs": "salamander", "obfs-password": "o", "hop-interval": 30,
            }),
        ),
        (
            Hysteria,
            json!({
                "version": 1, "bandwidth": {"up": 10, "down": 20}, "obfs": {"open": false, "password": "o"},
            }),
            json!({
                "type": "hysteria", "up": 10, "down": 20, "skip-cert-verify": false,
                "auth_str": "secret", "protocol": "udp", "obfs": "o", "fast-open": true,
                "disable_mtu_discovery": true,
            }),
        ),
        (
            Hysteria,
            json!({"version": 2, "obfs": {"open": false, "password": "o"}}),
            json!({"type": "hysteria2", "skip-cert-verify": false, "password": "secret"}),
        ),
        (
            Tuic,
            json!({"tls": {"server_name": "s.test"}, "alpn": ["h3", "h2"], "congestion_control": "bbr"}),
            json!({
                "type": "tuic", "udp": true, "uuid": "secret", "password": "secret",
                "skip-cert-verify": false, "sni": "s.test", "alpn": ["h3", "h2"],
                "congestion-controller": "bbr", "udp-relay-mode": "native",
            }),
        ),
        (
            Tuic,
            json!({"version": 4, "udp_relay_mode": "quic"}),
            json!({
                "type": "tuic", "udp": true, "token": "secret", "skip-cert-verify": false,
                "alpn": ["h3"], "congestion-controller": "cubic", "udp-relay-mode": "quic",
            }),
        ),
        (
            Anytls,
            json!({"tls": {"allow_insecure": true, "ech": {"enabled": true, "config": "AAj-DQAEAQIDBA"}}}),
            json!({
                "type": "anytls", "password": "secret", "udp": true, "skip-cert-verify": true,
                "ech-opts": {"enable": true, "config": "AAj+DQAEAQIDBA=="},
            }),
        ),
        (
            Socks,
            json!({"tls": 1}),
            json!({
                "type": "socks5", "udp": true, "username": "secret", "password": "secret",
                "tls": true, "skip-cert-verify": false,
            }),
        ),
        (
            Http,
            json!({}),
            json!({"type": "http", "username": "secret", "password": "secret"}),
        ),
        (
            Mieru,
            json!({"transport": "udp"}),
            json!({"type": "mieru", "username": "secret", "password": "secret", "transport": "UDP"}),
        ),
    ];
    assert_rows("meta", &clash_base(), &rows);
}

#[test]
fn ranges_of_ports_are_told() {
    let nodes = vec![
        with_ports(a_node(Hysteria, &json!({}))),
        with_ports(a_node(Mieru, &json!({}))),
    ];
    let found = written("meta", nodes);
    assert_eq!(
        (&found[0]["port"], &found[0]["ports"]),
        (&json!(30005), &json!("30000-30010"))
    );
    assert_eq!(found[1]["port-range"], "30000-30010");
    assert_eq!(found[1].get("port"), None);
    // One port or one range is all that Mieru takes.
    let node = ExportNode {
        ports: Some("443,30000-30010".into()),
        ..a_node(Mieru, &json!({}))
    };
    let found = written("meta", vec![node]);
    assert_eq!(found[0]["port"], 443);
    assert_eq!(found[0].get("port-range"), None);
}
