use ferroboard_protocol::Protocol::{
    self, Anytls, Http, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::{Value, json};

use super::Download;

const KEY: &str = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";

fn configurations(agent: &'static str, nodes: Vec<ExportNode>) -> Vec<Value> {
    let document = Download::by(agent, nodes).document();
    assert_eq!(document.content_type, "application/json");
    serde_json::from_str(&document.body).unwrap()
}

/// The outbound of the one configuration.
fn outbound(protocol: Protocol, settings: &Value) -> Value {
    let found = configurations("xray-json", vec![a_node(protocol, settings)]);
    let [configuration] = found.as_slice() else {
        panic!("not one: {found:?}");
    };
    assert_eq!(configuration["remarks"], "Node");
    let inbounds = configuration["inbounds"].as_array().unwrap();
    let ports: Vec<_> = inbounds.iter().map(|inbound| &inbound["port"]).collect();
    assert_eq!(ports, [10_808, 10_809]);
    let outbound = &configuration["outbounds"][0];
    assert_eq!(outbound["tag"], "proxy");
    assert_eq!(configuration["outbounds"][1]["protocol"], "freedom");
    outbound.clone()
}

#[test]
fn every_protocol_says_whom_it_talks_to() {
    let user = json!({"user": "secret", "pass": "secret"});
    let server = |own: Value| {
        let mut server = json!({"address": "n.test", "port": 443});
        server
            .as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        server
    };
    for (protocol, settings, name, expected) in [
        (
            Vmess,
            json!({}),
            "vmess",
            json!({"vnext": [server(json!({"users": [{"id": "secret", "alterId": 0, "security": "auto"}]}))]}),
        ),
        (
            Vless,
            json!({
                "network": "tcp", "tls": 1, "flow": "xtls-rprx-vision",
                "encryption": {"enabled": true, "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0"},
            }),
            "vless",
            json!({"vnext": [server(json!({"users": [{
                "id": "secret", "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "flow": "xtls-rprx-vision",
            }]}))]}),
        ),
        (
            Trojan,
            json!({}),
            "trojan",
            json!({"servers": [server(json!({"password": "secret"}))]}),
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm"}),
            "shadowsocks",
            json!({"servers": [server(json!({"method": "aes-128-gcm", "password": "secret"}))]}),
        ),
        (
            Socks,
            json!({}),
            "socks",
            json!({"servers": [server(json!({"users": [user]}))]}),
        ),
        (
            Http,
            json!({}),
            "http",
            json!({"servers": [server(json!({"users": [user]}))]}),
        ),
        (
            Hysteria,
            json!({"version": 2}),
            "hysteria",
            json!({"version": 2, "address": "n.test", "port": 443}),
        ),
    ] {
        let found = outbound(protocol, &settings);
        assert_eq!(found["protocol"], name);
        assert_eq!(found["settings"], expected, "{settings}");
    }
}

#[test]
fn transports_and_layers_have_the_settings_of_the_core() {
    let place = json!({"path": "/p", "host": "h.test", "headers": {"Host": "w.test"}, "serviceName": "svc", "extra": {"a": 1}});
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": KEY, "short_id": "ab"});
    let disguise = json!({"header": {"type": "http", "request": {"path": ["/a"], "headers": {"Host": ["h.test"]}}}});
    for (settings, expected) in [
        (
            json!({"network": "tcp", "tls": 1, "tls_settings": tls, "utls": {"enabled": true, "fingerprint": "qq"}}),
            json!({"network": "tcp", "security": "tls", "tlsSettings": {
                "serverName": "t.test", "allowInsecure": true, "fingerprint": "qq",
            }}),
        ),
        (
            json!({"network": "tcp", "tls": 2, "reality_settings": reality}),
            json!({"network": "tcp", "security": "reality", "realitySettings": {
                "publicKey": KEY, "serverName": "r.test", "shortId": "ab", "fingerprint": "chrome", "spiderX": "/",
            }}),
        ),
        (
            json!({"network": "tcp", "network_settings": disguise}),
            json!({"network": "tcp", "security": "none", "tcpSettings": {"header": {
                "type": "http", "request": {"path": ["/a"], "headers": {"Host": ["h.test"]}},
            }}}),
        ),
        (
            json!({"network": "ws", "network_settings": place}),
            json!({"network": "ws", "security": "none", "wsSettings": {"path": "/p", "host": "w.test"}}),
        ),
        (
            json!({"network": "grpc", "network_settings": place}),
            json!({"network": "grpc", "security": "none", "grpcSettings": {"serviceName": "svc", "multiMode": false}}),
        ),
        (
            json!({"network": "httpupgrade", "network_settings": place}),
            json!({"network": "httpupgrade", "security": "none", "httpupgradeSettings": {"path": "/p", "host": "h.test"}}),
        ),
        (
            json!({"network": "xhttp", "network_settings": place}),
            json!({"network": "xhttp", "security": "none", "xhttpSettings": {
                "path": "/p", "host": "h.test", "mode": "auto", "extra": {"a": 1},
            }}),
        ),
        (
            json!({"network": "kcp", "network_settings": {"seed": "s", "header": {"type": "srtp"}}}),
            json!({"network": "kcp", "security": "none", "kcpSettings": {"header": {"type": "srtp"}, "seed": "s"}}),
        ),
    ] {
        let found = outbound(Vless, &settings);
        assert_eq!(found["streamSettings"], expected, "{settings}");
    }
}

#[test]
fn what_the_core_lacks_is_left_out() {
    let nodes = vec![
        a_node(Vmess, &json!({"network": "quic"})),
        a_node(Vless, &json!({"network": "h2"})),
        a_node(Shadowsocks, &json!({"cipher": "aes-192-gcm"})),
        a_node(
            Shadowsocks,
            &json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=http"}),
        ),
        a_node(Tuic, &json!({})),
        a_node(Anytls, &json!({})),
        a_node(Hysteria, &json!({"version": 1})),
        a_node(Socks, &json!({})),
    ];
    assert_eq!(configurations("xray-json", nodes).len(), 1);
}

/// Apps read links as well. Where a node of the account can be dialled from a link alone, all of
/// them are links, so that nobody loses a node.
#[test]
fn apps_get_links_where_those_hold_more() {
    let plain = || a_node(Vless, &json!({"network": "tcp"}));
    let hopping = || a_node(Hysteria, &json!({"version": 2}));
    for agent in ["Happ/3.4.1", "v2raytun/android", "Streisand/1.6"] {
        assert_eq!(configurations(agent, vec![plain()]).len(), 1, "{agent}");
        let lines = Download::by(agent, vec![plain(), hopping()]).lines();
        assert_eq!(lines.len(), 2, "{agent}");
        assert!(lines[1].starts_with("hysteria2://"), "{agent} {lines:?}");
    }
    // Only one of them has TUIC at all.
    let tuic = || a_node(Tuic, &json!({}));
    let lines = Download::by("Streisand/1.6", vec![plain(), tuic()]).lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(configurations("Happ/3.4.1", vec![plain(), tuic()]).len(), 1);
    // An old one, and whoever asks for one of the formats by its name.
    assert_eq!(Download::by("Happ/1.63.0", vec![plain()]).lines().len(), 1);
    assert_eq!(
        configurations("xray-json", vec![plain(), hopping()]).len(),
        2
    );
}
