//! The table, judged by what each client got before there was one, and by what it must not get.

use ferroboard_protocol::Protocol::{self, Hysteria, Shadowsocks, Trojan, Tuic, Vless, Vmess};
use serde_json::{Value, json};

use super::*;
use crate::testing::a_node;

fn keeps(agent: &str, protocol: Protocol, settings: &Value) -> bool {
    obstacle(&Client::detect(agent), &a_node(protocol, settings)).is_none()
}

#[test]
fn versions_decide_about_protocols_and_their_settings() {
    let hysteria1 = json!({"version": 1, "bandwidth": {"up": 10, "down": 20}});
    let hysteria2 = json!({"version": 2});
    let reality = json!({"tls": 2, "network": "tcp", "reality_settings": {
        "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "0123abcd",
    }});
    let vision = json!({"tls": 1, "network": "tcp", "flow": "xtls-rprx-vision"});
    let tls = json!({"tls": 1, "network": "tcp"});
    let kcp = json!({"network": "kcp"});
    let xhttp = json!({"network": "xhttp"});
    let upgrade = json!({"network": "httpupgrade"});
    let blake = json!({"cipher": "2022-blake3-aes-128-gcm"});
    for (agent, protocol, settings, expected) in [
        ("NekoBox/1.2.6", Hysteria, &hysteria2, false),
        ("NekoBox/1.2.7", Hysteria, &hysteria2, true),
        ("NekoBox/1.2.6", Hysteria, &hysteria1, true),
        ("ClashMetaForAndroid/2.8.9", Hysteria, &hysteria2, false),
        ("ClashMetaForAndroid/2.9.0", Hysteria, &hysteria2, true),
        ("verge/1.3.7", Hysteria, &hysteria2, false),
        // Known as `clash`, for which there is no rule.
        ("clash-verge/1.3.7", Hysteria, &hysteria2, true),
        ("FlClash/0.7.9", Hysteria, &hysteria2, false),
        ("FlClash/0.8.0", Hysteria, &hysteria2, true),
        // A rule for everybody is in force, so a missing version counts as the lowest.
        ("flclash", Hysteria, &hysteria2, false),
        ("meta", Hysteria, &hysteria2, true),
        ("meta", Vmess, &kcp, false),
        ("meta", Vless, &xhttp, true),
        ("meta", Vmess, &xhttp, false),
        ("meta", Trojan, &xhttp, false),
        ("meta", Trojan, &upgrade, true),
        ("meta", Vmess, &json!({"network": null}), true),
        ("clash", Vmess, &kcp, false),
        ("Stash/3.1.0", Trojan, &reality, false),
        ("stash", Trojan, &reality, false),
        ("Stash/3.1.0", Vmess, &upgrade, false),
        ("Stash/3.0.9", Vless, &reality, false),
        ("Stash/3.1.0", Vless, &reality, true),
        ("Stash/3.0.9", Vless, &vision, false),
        ("stash", Vless, &tls, true),
        ("Stash/1.9.9", Hysteria, &hysteria1, false),
        ("Stash/2.0.0", Hysteria, &hysteria1, true),
        ("Stash/2.4.9", Hysteria, &hysteria2, false),
        ("Stash/2.5.0", Hysteria, &hysteria2, true),
        ("Stash/2.9.9", Shadowsocks, &blake, false),
        ("Stash/3.0.0", Shadowsocks, &blake, true),
        ("sing-box 1.4.9", Vless, &vision, false),
        ("sing-box 1.5.9", Vless, &reality, false),
        ("sing-box 1.6.0", Vless, &reality, true),
        ("sing-box 1.13.0", Vless, &xhttp, false),
        ("sing-box 1.13.0", Trojan, &xhttp, false),
        ("sing-box", Vless, &xhttp, false),
        ("Hiddify/1.0.0", Vless, &xhttp, false),
        ("v2rayNG/1.9.4", Hysteria, &hysteria2, false),
        ("v2rayNG/1.9.5", Hysteria, &hysteria2, true),
        ("v2rayN/6.30", Hysteria, &hysteria2, false),
        ("v2rayN/6.31", Hysteria, &hysteria2, true),
        ("curl/8.0", Hysteria, &hysteria2, true),
        ("Shadowrocket/1992", Hysteria, &hysteria2, false),
        ("Shadowrocket/1993", Hysteria, &hysteria2, true),
        ("Shadowrocket/1993", Trojan, &xhttp, false),
        ("shadowrocket", Trojan, &xhttp, false),
        ("Surge/2397", Hysteria, &hysteria2, false),
        ("Surge/2398", Hysteria, &hysteria2, true),
        ("Loon/636", Hysteria, &hysteria2, false),
        ("Loon/637", Hysteria, &hysteria2, true),
        ("Loon/637", Trojan, &tls, true),
        ("Loon/3.2.0", Trojan, &tls, false),
        ("Loon/637", Trojan, &reality, false),
        ("loon", Trojan, &reality, false),
    ] {
        let kept = keeps(agent, protocol, settings);
        assert_eq!(kept, expected, "{agent} {protocol:?} {settings}");
    }
}

#[test]
fn formats_hold_their_protocols() {
    let settings = |protocol| match protocol {
        Hysteria => json!({"version": 2}),
        Tuic => json!({}),
        Protocol::Socks => json!({"tls": 0}),
        _ => json!({"network": "tcp", "cipher": "aes-128-gcm", "tls": 1}),
    };
    for (agent, expected) in [
        ("clash", "shadowsocks vmess trojan socks http"),
        (
            "meta",
            "shadowsocks vmess trojan vless hysteria tuic anytls socks http mieru",
        ),
        (
            "stash",
            "shadowsocks vmess trojan vless tuic anytls socks http",
        ),
        (
            "sing-box",
            "shadowsocks vmess trojan vless hysteria tuic anytls socks http",
        ),
        (
            "",
            "shadowsocks vmess trojan vless hysteria tuic anytls socks http",
        ),
        (
            "shadowrocket",
            "shadowsocks vmess trojan vless hysteria tuic anytls socks",
        ),
        (
            "quantumult-x",
            "shadowsocks vmess trojan vless anytls socks http",
        ),
        ("loon", "shadowsocks vmess trojan vless hysteria anytls"),
        (
            "surge",
            "shadowsocks vmess trojan hysteria tuic anytls socks http",
        ),
        (
            "egern",
            "shadowsocks vmess trojan vless hysteria tuic anytls socks http",
        ),
        (
            "xray-json",
            "shadowsocks vmess trojan vless hysteria socks http",
        ),
        ("surfboard", "shadowsocks vmess trojan anytls"),
        ("shadowsocks", "shadowsocks"),
    ] {
        let kept: Vec<&str> = Protocol::ALL
            .into_iter()
            .filter(|protocol| keeps(agent, *protocol, &settings(*protocol)))
            .map(Protocol::name)
            .collect();
        assert_eq!(kept.join(" "), expected, "{agent}");
    }
}

#[test]
fn formats_hold_their_ciphers() {
    for (cipher, clash, surge, surfboard) in [
        ("aes-256-gcm", true, true, true),
        ("2022-blake3-aes-256-gcm", false, true, true),
        ("2022-blake3-chacha20-poly1305", false, false, true),
        ("none", false, false, false),
    ] {
        let settings = json!({"cipher": cipher});
        assert_eq!(keeps("clash", Shadowsocks, &settings), clash, "{cipher}");
        assert_eq!(
            keeps("shadowsocks", Shadowsocks, &settings),
            clash,
            "{cipher}"
        );
        assert_eq!(keeps("surge", Shadowsocks, &settings), surge, "{cipher}");
        assert_eq!(
            keeps("surfboard", Shadowsocks, &settings),
            surfboard,
            "{cipher}"
        );
        assert!(keeps("shadowrocket", Shadowsocks, &settings), "{cipher}");
    }
    assert!(!keeps("clash", Shadowsocks, &json!({"cipher": null})));
}

#[test]
fn broken_values_are_left_out_where_they_cost_the_others() {
    let key = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";
    let reality = |key: Value, id: &str| {
        let settings = json!({"public_key": key, "short_id": id});
        json!({"network": "tcp", "tls": 2, "reality_settings": settings})
    };
    let encrypted =
        |text: &str| json!({"network": "tcp", "encryption": {"enabled": true, "encryption": text}});
    let hysteria1 =
        |up: i64, down: i64| json!({"version": 1, "bandwidth": {"up": up, "down": down}});
    let obfuscated =
        |password: &str| json!({"version": 2, "obfs": {"open": true, "password": password}});
    for (protocol, settings, is_whole) in [
        (Vless, reality(json!(key), "0123abcd"), true),
        (Vless, reality(json!(key), ""), true),
        (Vless, reality(json!(key), "abc"), false),
        (Vless, reality(json!(key), "0123456789abcdef01"), false),
        (Vless, reality(json!(key), "wxyz"), false),
        (Trojan, reality(Value::Null, "ab"), false),
        (Trojan, reality(json!(format!("{key}=")), "ab"), false),
        (Trojan, reality(json!(key.replace('-', "+")), "ab"), false),
        (Trojan, reality(json!("PUBKEY"), "ab"), false),
        (
            Vless,
            encrypted(&format!("mlkem768x25519plus.native.0rtt.{key}")),
            true,
        ),
        (
            Vless,
            encrypted(&format!(
                "mlkem768x25519plus.xorpub.1rtt.100-111-1111.{key}"
            )),
            true,
        ),
        (
            Vless,
            encrypted("mlkem768x25519plus.native.0rtt.CLIENT"),
            false,
        ),
        (Vless, encrypted("mlkem768x25519plus.native.600s"), false),
        (Vless, encrypted("garbage"), false),
        (Hysteria, hysteria1(10, 20), true),
        (Hysteria, hysteria1(0, 20), false),
        (Hysteria, hysteria1(10, -1), false),
        (Hysteria, obfuscated("o"), true),
        (Hysteria, obfuscated(""), false),
    ] {
        let is_kept = keeps("meta", protocol, &settings);
        assert_eq!(is_kept, is_whole, "{protocol} {settings}");
    }
    // In a list it harms nobody but itself.
    assert!(keeps("v2rayN/7.0", Vless, &reality(json!(key), "abc")));
    for agent in [
        "v2rayN/7.0",
        "shadowrocket/2701",
        "loon/900",
        "quantumult%20x",
    ] {
        assert!(!keeps(agent, Vless, &reality(Value::Null, "ab")), "{agent}");
    }
    assert!(!keeps("v2rayN/7.0", Hysteria, &hysteria1(0, 20)));
}

#[test]
fn what_is_no_host_is_left_out_everywhere() {
    for (host, is_host) in [
        ("n.test", true),
        ("例え.test", true),
        ("n_test", true),
        ("192.0.2.1", true),
        ("2001:db8::1", true),
        ("https://n.test/", false),
        ("n.test:8443", false),
        ("a b", false),
        ("a,b", false),
        ("n.test\r\nx", false),
        ("", false),
    ] {
        let node = ExportNode {
            host: host.into(),
            ..a_node(Shadowsocks, &json!({"cipher": "aes-128-gcm"}))
        };
        for agent in ["clash", "v2rayN/7.0", "surge/3300", "sing-box/1.14.0"] {
            let is_kept = obstacle(&Client::detect(agent), &node).is_none();
            assert_eq!(is_kept, is_host, "{agent} {host}");
        }
    }
}

#[test]
fn a_value_that_no_line_can_hold_is_an_obstacle() {
    let over = |path: &str| {
        let settings = json!({"network": "ws", "network_settings": {"path": path}});
        a_node(Vmess, &settings)
    };
    for agent in ["surge/3300", "surfboard/2.24", "loon/900", "quantumult%20x"] {
        let found = |path: &str| obstacle(&Client::detect(agent), &over(path));
        assert_eq!(found("/a"), None, "{agent}");
        assert_eq!(found("/a,b"), Some(Obstacle::Value), "{agent}");
        assert_eq!(found("/\"a\""), Some(Obstacle::Value), "{agent}");
    }
}

#[test]
fn reality_stands_over_what_the_core_has_it_over() {
    let over = |network: &str| {
        let key = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";
        json!({"network": network, "tls": 2, "reality_settings": {"public_key": key}})
    };
    for (agent, protocol, network, is_kept) in [
        ("xray-json", Trojan, "tcp", true),
        ("xray-json", Trojan, "grpc", true),
        ("xray-json", Trojan, "ws", false),
        ("xray-json", Trojan, "httpupgrade", false),
        ("stash/3.1.0", Vless, "tcp", true),
        ("stash/3.1.0", Vless, "grpc", false),
        ("stash/3.1.0", Vless, "h2", false),
    ] {
        let found = keeps(agent, protocol, &over(network));
        assert_eq!(found, is_kept, "{agent} {protocol} {network}");
    }
}

#[test]
fn every_core_has_its_own_ideas_of_a_plugin() {
    for (plugin, options, clash, meta, sing_box) in [
        ("obfs", "obfs=http", true, true, true),
        ("obfs-local", "obfs=tls;obfs-host=h.test", true, true, true),
        ("obfs", "obfs=fast", false, false, false),
        ("v2ray-plugin", "tls;host=h.test", true, true, true),
        ("v2ray-plugin", "mode=quic", false, false, true),
        ("v2ray-plugin", "path=/%zz", true, true, false),
        ("shadow-tls", "host=h.test;password=p", false, true, false),
        ("shadow-tls", "password=p", false, false, false),
        (
            "restls",
            "host=h.test;password=p;version-hint=tls13",
            false,
            true,
            false,
        ),
        ("restls", "host=h.test;password=p", false, false, false),
        ("kcptun", "key=k;mtu=1350", false, true, false),
        ("kcptun", "mtu=big", false, false, false),
        ("gost-plugin", "mode=websocket", false, false, false),
        ("none", "x=y", true, true, true),
    ] {
        let settings = json!({"cipher": "aes-128-gcm", "plugin": plugin, "plugin_opts": options});
        let found = ["clash", "meta", "sing-box"].map(|agent| keeps(agent, Shadowsocks, &settings));
        assert_eq!(found, [clash, meta, sing_box], "{plugin} {options}");
    }
}
