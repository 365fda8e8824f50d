use ferroboard_protocol::Protocol::{Http, Hysteria, Shadowsocks, Socks, Trojan, Vless, Vmess};
use ferroboard_subscription::testing::a_node;
use serde_json::json;

use super::{assert_rows, bare_templates, clash_base, document, with, written};

#[test]
fn every_protocol_over_every_transport() {
    let vmess = |more| {
        let proxy = json!({
            "type": "vmess", "uuid": "secret", "alterId": 0, "cipher": "auto", "udp": true,
        });
        with(proxy, more)
    };
    let trojan = |more| {
        let proxy = json!({
            "type": "trojan", "password": "secret", "udp": true, "skip-cert-verify": false,
        });
        with(proxy, more)
    };
    let rows = [
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=tls;obfs-host=h.test"}),
            json!({
                "type": "ss", "cipher": "aes-128-gcm", "password": "secret", "udp": true,
                "plugin": "obfs", "plugin-opts": {"mode": "tls", "host": "h.test"},
            }),
        ),
        (
            Vmess,
            json!({"network": "tcp"}),
            vmess(json!({"network": "tcp"})),
        ),
        (
            Vmess,
            json!({
                "tls": 1, "tls_settings": {"server_name": "s.test", "allow_insecure": true},
                "network": "tcp",
                "network_settings": {"header": {"type": "http", "request": {
                    "path": ["/a", "/b"], "headers": {"Host": "h.test", "Accept": ["x", "y"]},
                }}},
            }),
            vmess(json!({
                "tls": true, "skip-cert-verify": true, "servername": "s.test", "network": "http",
                "http-opts": {
                    "path": ["/a", "/b"], "headers": {"Host": ["h.test"], "Accept": ["x", "y"]},
                },
            })),
        ),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": {"header": {"type": "http"}}}),
            vmess(json!({"network": "http", "http-opts": {"path": ["/"]}})),
        ),
        (
            Vmess,
            json!({
                "tls": 1, "network": "ws",
                "network_settings": {"path": "/w", "headers": {"Host": "h.test"}},
            }),
            vmess(json!({
                "tls": true, "skip-cert-verify": false, "network": "ws",
                "ws-opts": {"path": "/w", "headers": {"Host": "h.test"}},
            })),
        ),
        (
            Vmess,
            json!({"network": "ws"}),
            vmess(json!({"network": "ws"})),
        ),
        (
            Vmess,
            json!({"tls": 1, "network": "grpc", "network_settings": {"serviceName": "svc"}}),
            vmess(json!({
                "tls": true, "skip-cert-verify": false, "network": "grpc",
                "grpc-opts": {"grpc-service-name": "svc"},
            })),
        ),
        (
            Vmess,
            json!({"tls": 1, "network": "h2", "network_settings": {"path": "/h"}}),
            vmess(json!({
                "tls": true, "skip-cert-verify": false, "network": "h2",
                "h2-opts": {"path": "/h"},
            })),
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls_settings": {"server_name": "s.test", "allow_insecure": true}}),
            trojan(json!({"sni": "s.test", "skip-cert-verify": true, "network": "tcp"})),
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": {"path": "/w"}}),
            trojan(json!({"network": "ws", "ws-opts": {"path": "/w"}})),
        ),
        (
            Trojan,
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            trojan(json!({"network": "grpc", "grpc-opts": {"grpc-service-name": "svc"}})),
        ),
        (
            Socks,
            json!({}),
            json!({"type": "socks5", "udp": true, "username": "secret", "password": "secret"}),
        ),
        (
            Http,
            json!({"tls": 1, "tls_settings": {"allow_insecure": true}}),
            json!({
                "type": "http", "username": "secret", "password": "secret",
                "tls": true, "skip-cert-verify": true,
            }),
        ),
    ];
    assert_rows("clash", &clash_base(), &rows);
}

#[test]
fn what_the_first_core_does_not_know_is_left_out() {
    for (protocol, settings) in [
        (Vless, json!({"network": "tcp"})),
        (Hysteria, json!({})),
        (Shadowsocks, json!({"cipher": "2022-blake3-aes-128-gcm"})),
    ] {
        assert!(written("clash", vec![a_node(protocol, &settings)]).is_empty());
    }
}

#[test]
fn the_headers_tell_the_account_the_file_and_the_site() {
    let document = document("clash", &bare_templates(), Vec::new());
    assert_eq!(document.content_type, "text/yaml");
    let headers = [
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
        ("profile-title", "base64:RGVtbyBQYW5lbA=="),
    ];
    assert_eq!(
        document.headers,
        headers.map(|(name, value)| (name, value.to_owned()))
    );
}
