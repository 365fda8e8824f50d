use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_protocol::Protocol::{
    self, Anytls, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::testing::{a_node, a_subscriber, new_year};
use ferroboard_subscription::{ExportNode, Subscriber};
use serde_json::{Value, json};
use url::Url;

use super::{Download, header};

/// The address of a node, behind the line about the account.
fn address_of(node: ExportNode) -> String {
    let lines = Download::by("shadowrocket", vec![node]).lines();
    assert!(lines[0].starts_with("STATUS="), "{lines:?}");
    assert_eq!(lines.len(), 2, "{lines:?}");
    lines[1].clone()
}

fn address(protocol: Protocol, settings: &Value) -> String {
    address_of(a_node(protocol, settings))
}

/// The query as `a=b` in alphabetical order; no name may stand twice.
fn query(address: &str) -> String {
    let url = Url::parse(address).unwrap();
    let count = url.query_pairs().count();
    let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query.len(), count, "{address}");
    let pairs: Vec<_> = query.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join(" ")
}

#[test]
fn the_first_line_is_about_the_account() {
    let mut download = Download::by("shadowrocket", vec![]);
    assert_eq!(
        download.lines(),
        ["STATUS=🚀↑:1GB,↓:2GB,TOT:10GB💡Expires:N/A"]
    );
    download.subscriber = Subscriber {
        upload: 1_395_864_371,
        expired_at: Some(new_year()),
        ..a_subscriber()
    };
    assert_eq!(
        download.lines(),
        ["STATUS=🚀↑:1.3GB,↓:2GB,TOT:10GB💡Expires:2024-01-01"]
    );
    let document = download.document();
    assert_eq!(document.content_type, "text/plain");
    assert!(header(&document, "subscription-userinfo").is_some());
}

#[test]
fn vmess_and_vless_veil_the_secret_and_the_place() {
    let veil = STANDARD.encode("auto:secret@n.test:443");
    for (protocol, scheme) in [(Vmess, "vmess"), (Vless, "vless")] {
        let address = address(protocol, &json!({"network": "tcp"}));
        assert!(
            address.starts_with(&format!("{scheme}://{veil}?")),
            "{address}"
        );
        assert!(!address.contains('#'));
    }
    let node = ExportNode {
        host: "::1".into(),
        name: "a b".into(),
        ..a_node(Vless, &json!({"network": "tcp"}))
    };
    let veil = STANDARD.encode("auto:secret@[::1]:443");
    assert_eq!(
        address_of(node),
        format!("vless://{veil}?tfo=1&remark=a%20b")
    );
}

#[test]
fn vmess_and_vless_say_the_rest_in_the_query() {
    let utls = json!({"enabled": true, "fingerprint": "qq"});
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"});
    let ws = json!({"path": "/w", "headers": {"Host": "w.test"}});
    let header = json!({"header": {"type": "http"}});
    for (protocol, settings, expected) in [
        (Vmess, json!({"network": "tcp"}), "alterId=0"),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": header}),
            "alterId=0 obfs=http obfsParam=www.example.com path=/",
        ),
        (
            Vmess,
            json!({"network": "ws", "network_settings": ws, "tls": 1, "tls_settings": tls, "utls": utls}),
            "allowInsecure=1 alterId=0 obfs=websocket obfsParam=w.test path=/w peer=t.test tls=1",
        ),
        (
            Vmess,
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}, "tls_settings": tls}),
            "alterId=0 host=t.test obfs=grpc path=svc",
        ),
        (
            Vmess,
            json!({"network": "h2", "network_settings": {"path": "/h", "host": ["a.test"]}, "tls": 1, "tls_settings": tls}),
            "allowInsecure=1 alterId=0 obfs=h2 obfsParam=a.test path=/h peer=a.test tls=1",
        ),
        (Vmess, json!({"network": "h2"}), "alterId=0 obfs=h2"),
        (
            Vmess,
            json!({"network": "httpupgrade", "network_settings": {"path": "/u"}}),
            "alterId=0 obfs=httpupgrade obfsParam=n.test path=/u",
        ),
        (
            Vmess,
            json!({"network": "xhttp", "network_settings": {"host": "x.test"}}),
            "alterId=0 mode=auto obfs=xhttp obfsParam=x.test",
        ),
        (
            Vless,
            json!({"network": "tcp", "tls": 1, "tls_settings": tls, "utls": utls}),
            "allowInsecure=1 fp=qq peer=t.test tls=1",
        ),
        (
            Vless,
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "flow": "xtls-rprx-vision", "utls": utls}),
            "fp=qq pbk=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 sid=ab sni=r.test tls=1 xtls=2",
        ),
        (
            Vless,
            json!({"network": "ws", "network_settings": ws}),
            "obfs=websocket obfsParam=w.test path=/w",
        ),
        (Vless, json!({"network": "grpc"}), "host=n.test obfs=grpc"),
        (
            Vmess,
            json!({"network": "kcp", "network_settings": {"seed": "s"}}),
            "alterId=0 obfs=kcp path=s type=none",
        ),
        (
            Vless,
            json!({
                "network": "tcp", "tls": 0, "flow": "xtls-rprx-vision",
                "encryption": {"enabled": true, "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0"},
            }),
            "encryption=mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 xtls=2",
        ),
        (
            Vless,
            json!({"network": "kcp", "network_settings": {"seed": "s", "header": {"type": "utp"}}}),
            "obfs=kcp path=s type=utp",
        ),
        (Vless, json!({"network": "h2"}), "obfs=h2 obfsParam=n.test"),
        (
            Vless,
            json!({"network": "xhttp", "network_settings": {"mode": "packet-up"}}),
            "mode=packet-up obfs=xhttp obfsParam=n.test",
        ),
    ] {
        let written = query(&address(protocol, &settings));
        let mut expected: Vec<&str> = expected
            .split_terminator(' ')
            .chain(["remark=Node", "tfo=1"])
            .collect();
        expected.sort_by_key(|pair| pair.split('=').next());
        assert_eq!(written, expected.join(" "), "{settings}");
    }
}

#[test]
fn trojan_is_an_address_with_a_name() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"});
    for (settings, expected) in [
        (
            json!({"network": "tcp", "tls_settings": tls}),
            "allowInsecure=1 peer=t.test tfo=1",
        ),
        (
            json!({"network": "tcp", "tls": 2, "reality_settings": reality}),
            "fp=chrome pbk=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 security=reality sid=ab sni=r.test tfo=1",
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w", "headers": {"Host": "w.test"}}}),
            "allowInsecure=0 plugin=obfs-local;obfs=websocket;obfs-host=w.test;obfs-uri=/w tfo=1",
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            "allowInsecure=0 obfs=grpc path=svc tfo=1",
        ),
        (
            json!({"network": "h2", "network_settings": {"host": ["a", "b"], "path": "/h"}}),
            "allowInsecure=0 obfs=h2 obfsParam=a path=/h tfo=1",
        ),
        (
            json!({"network": "httpupgrade"}),
            "allowInsecure=0 obfs=httpupgrade obfsParam=n.test tfo=1",
        ),
    ] {
        let address = address(Trojan, &settings);
        assert!(address.starts_with("trojan://secret@n.test:443?") && address.ends_with("#Node"));
        assert_eq!(query(&address), expected, "{settings}");
    }
}

#[test]
fn the_other_protocols_have_their_addresses() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let obfs = json!({"open": true, "type": "salamander", "password": "o"});
    for (protocol, settings, begin, expected) in [
        (
            Hysteria,
            json!({"version": 1, "tls": tls, "obfs": obfs, "bandwidth": {"up": 10, "down": 20}}),
            "hysteria://n.test:443?",
            "auth=secret downmbps=20 fastopen=1 insecure=1 obfs=xplus obfsParam=o peer=t.test protocol=udp upmbps=10",
        ),
        (
            Hysteria,
            json!({"version": 2, "tls": tls, "obfs": obfs, "hop_interval": 30}),
            "hysteria2://secret@n.test:443?",
            "fastopen=1 insecure=1 keepalive=30 obfs=salamander obfs-password=o peer=t.test",
        ),
        (
            Hysteria,
            json!({"version": 2}),
            "hysteria2://secret@n.test:443?",
            "fastopen=1 obfs=none",
        ),
        (
            Tuic,
            json!({"alpn": ["h3", "h2"], "tls": tls}),
            "tuic://n.test:443?",
            "alpn=h3,h2 insecure=1 password=secret sni=t.test uuid=secret",
        ),
        (
            Tuic,
            json!({"version": 4, "tls": {}}),
            "tuic://n.test:443?",
            "alpn=h3 insecure=0 token=secret",
        ),
        (
            Anytls,
            json!({"tls": tls}),
            "anytls://secret@n.test:443?",
            "insecure=1 sni=t.test",
        ),
    ] {
        let address = address(protocol, &settings);
        assert!(
            address.starts_with(begin) && address.ends_with("#Node"),
            "{address}"
        );
        assert_eq!(query(&address), expected, "{settings}");
    }
    let veil = STANDARD.encode("secret:secret@n.test:443");
    assert_eq!(
        address(Socks, &json!({})),
        format!("socks://{veil}?method=auto#Node")
    );
}

#[test]
fn options_of_plugins_are_encoded_and_their_names_are_not() {
    let with = |plugin: &str| {
        let settings =
            json!({"cipher": "aes-128-gcm", "plugin": plugin, "plugin_opts": "obfs=http;a=b"});
        address(Shadowsocks, &settings)
    };
    assert!(with("obfs").ends_with("@n.test:443/?plugin=obfs-local;obfs%3Dhttp#Node"));
    assert!(
        with("v2ray-plugin").ends_with("@n.test:443/?plugin=v2ray-plugin;obfs%3Dhttp%3Ba%3Db#Node")
    );
}

#[test]
fn names_of_hysteria_are_not_encoded_and_stay_on_their_line() {
    let node = ExportNode {
        name: "a b\r\nc".into(),
        ports: Some("1-2".into()),
        ..a_node(Hysteria, &json!({"version": 2}))
    };
    let address = address_of(node);
    assert!(address.ends_with("&mport=1-2#a b  c"), "{address}");
}
