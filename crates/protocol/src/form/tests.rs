use serde_json::json;

use super::*;

fn found(protocol: Protocol, given: &Value) -> Vec<(String, Wrong)> {
    let flaws = complaints(protocol, given).into_iter();
    flaws.map(|flaw| (flaw.path, flaw.what)).collect()
}

#[test]
fn each_protocol_needs_its_own_members() {
    for (protocol, needed) in [
        (Protocol::Shadowsocks, vec!["cipher"]),
        (Protocol::Vmess, vec!["tls", "network"]),
        (Protocol::Vless, vec!["tls", "network"]),
        (Protocol::Trojan, vec!["network"]),
        (Protocol::Hysteria, vec!["version"]),
        (Protocol::Tuic, vec![]),
        (Protocol::Anytls, vec![]),
        (Protocol::Socks, vec![]),
        (Protocol::Naive, vec!["tls"]),
        (Protocol::Http, vec!["tls"]),
        (Protocol::Mieru, vec!["transport"]),
    ] {
        let needed = needed.into_iter();
        let needed: Vec<_> = needed
            .map(|name| (name.to_owned(), Wrong::Missing))
            .collect();
        for nothing in [json!(null), json!({}), json!([]), json!({"odd": [1]})] {
            assert_eq!(found(protocol, &nothing), needed, "{protocol}");
        }
        for odd in [json!("x"), json!(5), json!(true), json!([1])] {
            let whole = vec![(String::new(), Wrong::NotList)];
            assert_eq!(found(protocol, &odd), whole, "{protocol} {odd}");
        }
    }
}

/// What a form of each protocol sends, with texts for numbers as forms have them.
#[test]
fn whole_forms_are_taken() {
    let tls = json!({
        "server_name": "s.test", "allow_insecure": 0,
        "ech": {"enabled": "1", "config": "c", "query_server_name": null, "key": "k"},
    });
    let multiplex = json!({
        "enabled": true, "protocol": "yamux", "max_connections": "4", "min_streams": 1,
        "max_streams": 2, "padding": "false", "brutal": {"enabled": false, "up_mbps": 5, "down_mbps": "6"},
    });
    let utls = json!({"enabled": true, "fingerprint": "chrome"});
    let reality = json!({
        "server_name": "s.test", "server_port": "443", "public_key": "p", "private_key": "k",
        "short_id": 12, "allow_insecure": false,
    });
    for (protocol, form) in [
        (
            Protocol::Shadowsocks,
            json!({
                "cipher": "aes-128-gcm", "obfs": "http", "obfs_settings": {"path": "/", "host": "h.test"},
                "plugin": "none", "plugin_opts": null,
            }),
        ),
        (
            Protocol::Vmess,
            json!({
                "tls": "1", "network": "ws", "network_settings": {"path": "/"}, "rules": [],
                "tls_settings": tls, "multiplex": multiplex, "utls": utls,
            }),
        ),
        (
            Protocol::Vless,
            json!({
                "tls": 2, "network": "tcp", "network_settings": [], "flow": "xtls-rprx-vision",
                "encryption": {"enabled": false, "encryption": null, "decryption": null},
                "tls_settings": tls, "reality_settings": reality, "multiplex": multiplex, "utls": utls,
            }),
        ),
        (
            Protocol::Trojan,
            json!({
                "tls": 1, "network": "grpc", "network_settings": {"serviceName": "s"}, "server_name": "s",
                "allow_insecure": "0", "tls_settings": tls, "reality_settings": reality,
                "multiplex": multiplex, "utls": utls,
            }),
        ),
        (
            Protocol::Hysteria,
            json!({
                "version": "2", "alpn": "h3", "obfs": {"open": true, "type": "salamander", "password": "p"},
                "bandwidth": {"up": "10", "down": 20}, "hop_interval": 30, "tls": tls,
            }),
        ),
        (
            Protocol::Tuic,
            json!({
                "version": 5, "congestion_control": "bbr", "alpn": ["h3"], "udp_relay_mode": "quic",
                "tls": tls,
            }),
        ),
        (
            Protocol::Anytls,
            json!({"tls": tls, "alpn": "h2", "padding_scheme": ["stop=8", "0=30-30"]}),
        ),
        (Protocol::Socks, json!({"tls": 0, "tls_settings": tls})),
        (Protocol::Naive, json!({"tls": 1, "tls_settings": tls})),
        (Protocol::Http, json!({"tls": 0, "tls_settings": null})),
        (
            Protocol::Mieru,
            json!({"transport": "UDP", "traffic_pattern": null, "multiplex": multiplex}),
        ),
    ] {
        assert_eq!(found(protocol, &form), vec![], "{protocol}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "it is a table")]
fn a_member_of_another_type_is_named() {
    for (protocol, given, path, wrong) in [
        (
            Protocol::Shadowsocks,
            json!({"cipher": ["x"]}),
            "cipher",
            Wrong::NotText,
        ),
        (
            Protocol::Shadowsocks,
            json!({"cipher": "x", "obfs_settings": {"path": {}}}),
            "obfs_settings.path",
            Wrong::NotText,
        ),
        (
            Protocol::Vmess,
            json!({"tls": "yes", "network": "ws"}),
            "tls",
            Wrong::NotInteger,
        ),
        (
            Protocol::Vmess,
            json!({"tls": 1.5, "network": "ws"}),
            "tls",
            Wrong::NotInteger,
        ),
        (
            Protocol::Vless,
            json!({"tls": 3, "network": "ws"}),
            "tls",
            Wrong::NotOneOf,
        ),
        (
            Protocol::Vless,
            json!({"tls": 2, "network": "tcp", "reality_settings": {"server_port": "x"}}),
            "reality_settings.server_port",
            Wrong::NotInteger,
        ),
        (
            Protocol::Trojan,
            json!({"network": "ws", "network_settings": "{}"}),
            "network_settings",
            Wrong::NotList,
        ),
        (
            Protocol::Trojan,
            json!({"network": "ws", "multiplex": {"brutal": {"up_mbps": []}}}),
            "multiplex.brutal.up_mbps",
            Wrong::NotInteger,
        ),
        (
            Protocol::Hysteria,
            json!({"version": 3}),
            "version",
            Wrong::NotOneOf,
        ),
        (
            Protocol::Hysteria,
            json!({"version": 2, "obfs": "x"}),
            "obfs",
            Wrong::NotList,
        ),
        (
            Protocol::Hysteria,
            json!({"version": 2, "obfs": {"open": 2}}),
            "obfs.open",
            Wrong::NotFlag,
        ),
        (
            Protocol::Tuic,
            json!({"alpn": "h3"}),
            "alpn",
            Wrong::NotList,
        ),
        (
            Protocol::Tuic,
            json!({"alpn": ["h3", {}]}),
            "alpn.1",
            Wrong::NotText,
        ),
        (
            Protocol::Anytls,
            json!({"padding_scheme": [null]}),
            "padding_scheme.0",
            Wrong::NotText,
        ),
        (
            Protocol::Anytls,
            json!({"tls": {"ech": {"enabled": "x"}}}),
            "tls.ech.enabled",
            Wrong::NotFlag,
        ),
        (
            Protocol::Socks,
            json!({"tls": {}}),
            "tls",
            Wrong::NotInteger,
        ),
        (
            Protocol::Naive,
            json!({"tls": 1, "tls_settings": 5}),
            "tls_settings",
            Wrong::NotList,
        ),
        (
            Protocol::Http,
            json!({"tls": 1, "tls_settings": {"allow_insecure": null, "server_name": true}}),
            "tls_settings.server_name",
            Wrong::NotText,
        ),
        (
            Protocol::Mieru,
            json!({"transport": "tcp"}),
            "transport",
            Wrong::NotOneOf,
        ),
    ] {
        let expected = vec![(path.to_owned(), wrong)];
        assert_eq!(found(protocol, &given), expected, "{protocol} {given}");
    }
}

#[test]
fn what_is_taken_is_in_its_normal_form() {
    let given = json!({"cipher": "aes-128-gcm", "plugin": "none", "odd": 1});
    let settings = offered(Protocol::Shadowsocks, &given).unwrap();
    let expected = json!({
        "cipher": "aes-128-gcm", "obfs": null, "obfs_settings": null, "plugin": null,
        "plugin_opts": null,
    });
    assert_eq!(settings.as_value(), &expected);
    let schemes = json!({"padding_scheme": ["a=1"], "alpn": "h2"});
    let settings = offered(Protocol::Anytls, &schemes).unwrap();
    let expected = json!({"padding_scheme": ["a=1"], "tls": null});
    assert_eq!(settings.as_value(), &expected);
    let refused = offered(Protocol::Shadowsocks, &json!({}));
    assert_eq!(refused, Err(vec![Flaw::new("cipher", Wrong::Missing)]));
}

#[test]
fn what_is_too_deep_for_a_database_is_refused() {
    let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
    let with = |levels| json!({"tls": 0, "network": "ws", "network_settings": nested(levels)});
    assert_eq!(found(Protocol::Vmess, &with(DEEPEST)), vec![]);
    let path = "network_settings".to_owned();
    let expected = vec![(path, Wrong::TooDeep)];
    assert_eq!(found(Protocol::Vmess, &with(DEEPEST + 1)), expected);
}
