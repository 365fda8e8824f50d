use ferroboard_protocol::Protocol::{
    Anytls, Http, Hysteria, Mieru, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::testing::a_node;
use serde_json::json;

use super::{assert_rows, clash_base, with, with_ports, written};

#[test]
fn every_protocol_over_every_transport() {
    let vmess = |more| {
        let proxy = json!({
            "type": "vmess", "uuid": "secret", "alterId": 0, "cipher": "auto", "udp": true,
            "tls": false, "skip-cert-verify": false,
        });
        with(proxy, more)
    };
    let vless = |more| {
        let proxy = json!({"type": "vless", "uuid": "secret", "udp": true});
        with(proxy, more)
    };
    let trojan = |more| {
        let proxy = json!({
            "type": "trojan", "password": "secret", "udp": true, "skip-cert-verify": false,
        });
        with(proxy, more)
    };
    let request = json!({"header": {"type": "http", "request": {
        "path": ["/a"], "headers": {"Host": ["h.test"], "Accept": ["x"]},
    }}});
    let rows = [
        (
            Shadowsocks,
            json!({"cipher": "aes-256-gcm", "plugin": "v2ray-plugin", "plugin_opts": "tls=true;host=h"}),
            json!({
                "type": "ss", "cipher": "aes-256-gcm", "password": "secret", "udp": true,
                "plugin": "v2ray-plugin",
                "plugin-opts": {"mode": "websocket", "tls": true, "host": "h", "path": "/"},
            }),
        ),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": request}),
            vmess(json!({
                "network": "http",
                "http-opts": {"path": ["/a"], "headers": {"Host": ["h.test"]}},
            })),
        ),
        (
            Vmess,
            json!({"network": "h2", "tls": 1, "network_settings": {"path": "/h", "host": ["h.test"]}}),
            vmess(json!({
                "tls": true, "network": "h2", "h2-opts": {"path": "/h", "host": ["h.test"]},
            })),
        ),
        (
            Vmess,
            json!({
                "network": "ws", "tls": 1,
                "tls_settings": {"server_name": "s.test", "allow_insecure": true},
                "network_settings": {"path": "/w", "headers": {"Host": "h.test"}},
                "utls": {"enabled": true}, "multiplex": {"enabled": true},
            }),
            vmess(json!({
                "tls": true, "skip-cert-verify": true, "servername": "s.test",
                "network": "ws", "ws-opts": {"path": "/w", "headers": {"Host": "h.test"}},
            })),
        ),
        (
            Vless,
            json!({
                "network": "tcp", "tls": 1, "flow": "xtls-rprx-vision",
                "tls_settings": {"server_name": "s.test"}, "utls": {"enabled": true},
                "network_settings": request,
            }),
            vless(json!({
                "tls": true, "skip-cert-verify": false, "servername": "s.test",
                "client-fingerprint": "chrome", "flow": "xtls-rprx-vision", "network": "http",
                "http-opts": {
                    "path": ["/a"], "headers": {"Host": ["h.test"], "Accept": ["x"]},
                },
            })),
        ),
        (
            Vless,
            json!({
                "network": "tcp", "tls": 2,
                "reality_settings": {"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "1e50"},
            }),
            vless(json!({
                "tls": true, "skip-cert-verify": false, "servername": "r.test", "sni": "r.test",
                "client-fingerprint": "chrome", "reality-opts": {"public-key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short-id": "1e50"},
                "network": "tcp",
            })),
        ),
        (
            Vless,
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            vless(json!({"network": "grpc", "grpc-opts": {"grpc-service-name": "svc"}})),
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls_settings": {"server_name": "s.test"}}),
            trojan(json!({"sni": "s.test", "network": "tcp"})),
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": {"path": "/w"}}),
            trojan(json!({"network": "ws", "ws-opts": {"path": "/w"}})),
        ),
        (
            Vless,
            json!({"network": "ws"}),
            vless(json!({"network": "ws", "ws-opts": {}})),
        ),
        (
            Vless,
            json!({"network": "grpc"}),
            vless(json!({"network": "grpc", "grpc-opts": {}})),
        ),
        (
            Trojan,
            json!({"network": "grpc"}),
            trojan(json!({"network": "grpc"})),
        ),
        (
            Hysteria,
            json!({
                "version": 1, "bandwidth": {"up": 10, "down": 20}, "obfs": {"open": true, "password": "o"},
                "tls": {"server_name": "s.test"},
            }),
            json!({
                "type": "hysteria", "up-speed": 10, "down-speed": 20, "skip-cert-verify": false,
                "sni": "s.test", "auth-str": "secret", "protocol": "udp", "obfs": "o",
            }),
        ),
        (
            Hysteria,
            json!({"obfs": {"open": true, "password": "o"}}),
            json!({
                "type": "hysteria2", "skip-cert-verify": false, "auth": "secret", "fast-open": true,
                "obfs": "salamander", "obfs-password": "o",
            }),
        ),
        (
            Tuic,
            json!({"version": 4, "tls": {"server_name": "s.test", "allow_insecure": true}}),
            json!({
                "type": "tuic", "congestion-controller": "cubic", "udp-relay-mode": "native",
                "alpn": ["h3"], "reduce-rtt": true, "fast-open": true, "heartbeat-interval": 10000,
                "request-timeout": 8000, "max-udp-relay-packet-size": 1500, "version": 4,
                "token": "secret", "skip-cert-verify": true, "sni": "s.test",
            }),
        ),
        (
            Anytls,
            json!({"tls": {"server_name": "s.test"}}),
            json!({
                "type": "anytls", "password": "secret", "sni": "s.test", "skip-cert-verify": false,
                "udp": true,
            }),
        ),
        (
            Socks,
            json!({"tls": 1, "tls_settings": {"server_name": "s.test"}}),
            json!({
                "type": "socks5", "username": "secret", "password": "secret", "udp": true,
                "tls": true, "skip-cert-verify": false, "sni": "s.test",
            }),
        ),
        (
            Http,
            json!({"tls_settings": {"server_name": "s.test"}}),
            json!({"type": "http", "username": "secret", "password": "secret"}),
        ),
    ];
    assert_rows("Stash/3.1.0", &clash_base(), &rows);
}

#[test]
fn what_it_does_not_know_is_left_out_and_ranges_are_told() {
    assert!(written("stash", vec![a_node(Mieru, &json!({}))]).is_empty());
    let found = written(
        "Stash/2.5.0",
        vec![with_ports(a_node(Hysteria, &json!({})))],
    );
    assert_eq!(found[0]["ports"], "30000-30010");
}
