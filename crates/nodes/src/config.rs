//! What a node is told about itself.

use ferroboard_kernel::RouteId;
use ferroboard_protocol::{Protocol, Settings, credentials};
use serde_json::{Map, Value, json};

use crate::{Node, NodeRoute};

/// What a node is told about itself: a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeConfig(pub Map<String, Value>);

/// What the node listens on and how, in the words of its protocol's agents, with the rules for its
/// traffic. How often it should ask and report is not in here.
pub fn config(node: &Node, routes: &[NodeRoute]) -> NodeConfig {
    let settings = &node.settings;
    let mut told = Map::new();
    for (name, value) in [
        ("protocol", json!(node.protocol.name())),
        ("listen_ip", json!("0.0.0.0")),
        ("server_port", json!(node.server_port)),
        ("network", settings.at("network").clone()),
        (
            "networkSettings",
            unless_empty(settings.at("network_settings")),
        ),
    ]
    .into_iter()
    .chain(of_protocol(node))
    {
        told.insert(name.to_owned(), value);
    }
    if !node.routes.is_empty() {
        let named = in_order(&node.routes, routes);
        told.insert("routes".to_owned(), named.into_iter().map(route).collect());
    }
    let cert_config = certificate(&node.cert_config);
    for (name, value) in [
        ("custom_outbounds", &node.custom_outbounds),
        ("custom_routes", &node.custom_routes),
        ("cert_config", &cert_config),
    ] {
        if !is_empty(value) {
            told.insert(name.to_owned(), value.clone());
        }
    }
    NodeConfig(told)
}

fn of_protocol(node: &Node) -> Vec<(&'static str, Value)> {
    let settings = &node.settings;
    let own = |name: &'static str| (name, settings.at(name).clone());
    let tls = || ("tls", json!(settings.integer("tls").unwrap_or(0)));
    let version = || ("version", json!(settings.integer("version").unwrap_or(0)));
    let server_name = || ("server_name", settings.at("tls.server_name").clone());
    let host = || ("host", json!(node.host));
    match node.protocol {
        Protocol::Shadowsocks => vec![
            own("cipher"),
            own("plugin"),
            own("plugin_opts"),
            ("server_key", server_key(node)),
        ],
        Protocol::Vmess => vec![tls(), own("tls_settings"), own("multiplex")],
        Protocol::Trojan => vec![
            host(),
            (
                "server_name",
                settings.at("tls_settings.server_name").clone(),
            ),
            own("multiplex"),
            tls(),
            ("tls_settings", secured_by(settings)),
        ],
        Protocol::Vless => vec![
            tls(),
            own("flow"),
            ("decryption", decryption(settings)),
            ("tls_settings", secured_by(settings)),
            own("multiplex"),
        ],
        Protocol::Hysteria => {
            let mbps = |path| json!(settings.integer(path).unwrap_or(0));
            let mut told = vec![
                version(),
                host(),
                server_name(),
                ("tls_settings", tls_object(settings)),
                ("up_mbps", mbps("bandwidth.up")),
                ("down_mbps", mbps("bandwidth.down")),
            ];
            told.extend(obfuscation(settings));
            told
        }
        Protocol::Tuic => vec![
            version(),
            server_name(),
            own("congestion_control"),
            ("tls_settings", tls_object(settings)),
            ("auth_timeout", json!("3s")),
            ("zero_rtt_handshake", json!(false)),
            ("heartbeat", json!("3s")),
        ],
        Protocol::Anytls => vec![
            server_name(),
            ("tls_settings", tls_object(settings)),
            own("padding_scheme"),
        ],
        Protocol::Socks | Protocol::Naive | Protocol::Http => vec![tls(), own("tls_settings")],
        Protocol::Mieru => vec![own("transport"), own("traffic_pattern")],
    }
}

fn server_key(node: &Node) -> Value {
    let cipher = node.settings.text("cipher").unwrap_or_default();
    json!(credentials::server_key(cipher, node.created_at))
}

/// Reality has settings of its own.
fn secured_by(settings: &Settings) -> Value {
    let member = match settings.integer("tls") {
        Some(2) => "reality_settings",
        _ => "tls_settings",
    };
    settings.at(member).clone()
}

/// The TLS layer of protocols that cannot do without.
fn tls_object(settings: &Settings) -> Value {
    match settings.at("tls") {
        Value::Null => Settings::default_tls(),
        given => given.clone(),
    }
}

fn decryption(settings: &Settings) -> Value {
    if settings.flag("encryption.enabled") {
        settings.at("encryption.decryption").clone()
    } else {
        Value::Null
    }
}

fn obfuscation(settings: &Settings) -> Vec<(&'static str, Value)> {
    let password = settings.at("obfs.password").clone();
    match settings.integer("version") {
        Some(1) => vec![("obfs", password)],
        Some(2) => {
            let is_open = settings.flag("obfs.open");
            let kind = settings.at("obfs.type").clone();
            let kind = if is_open { kind } else { Value::Null };
            vec![("obfs", kind), ("obfs-password", password)]
        }
        _ => Vec::new(),
    }
}

/// The rules in the order in which the node names them, each once: the first that fits counts.
fn in_order<'a>(named: &[RouteId], routes: &'a [NodeRoute]) -> Vec<&'a NodeRoute> {
    let mut ordered: Vec<&NodeRoute> = Vec::new();
    for id in named {
        let is_known = ordered.iter().any(|route| route.id == *id);
        let found = routes.iter().find(|route| route.id == *id);
        ordered.extend(found.filter(|_| !is_known));
    }
    ordered
}

fn route(route: &NodeRoute) -> Value {
    json!({
        "id": route.id.get(), "match": route.matches, "action": route.action,
        "action_value": route.action_value,
    })
}

/// `mode` is what `cert_mode` is called by older panels; nothing where no certificate is to be got.
fn certificate(stored: &Value) -> Value {
    let mut config = stored.clone();
    if let Value::Object(members) = &mut config {
        let is_set = |members: &Map<String, Value>, name| {
            members
                .get(name)
                .is_some_and(|value: &Value| !value.is_null())
        };
        if is_set(members, "mode")
            && !is_set(members, "cert_mode")
            && let Some(mode) = members.remove("mode")
        {
            members.insert("cert_mode".to_owned(), mode);
        }
        if members.get("cert_mode").and_then(Value::as_str) == Some("none") {
            return Value::Null;
        }
    }
    config
}

fn unless_empty(value: &Value) -> Value {
    if is_empty(value) {
        Value::Null
    } else {
        value.clone()
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::UnixSeconds;

    use super::*;
    use crate::testing::a_node;

    fn told(protocol: Protocol, settings: &Value) -> Value {
        let node = Node {
            protocol,
            settings: Settings::normalised(protocol, settings),
            ..a_node(1)
        };
        Value::Object(config(&node, &[]).0)
    }

    /// The members that no other protocol has.
    fn special(protocol: Protocol, settings: &Value) -> Value {
        let mut told = told(protocol, settings);
        let members = told.as_object_mut().unwrap();
        for (name, expected) in [
            ("protocol", json!(protocol.name())),
            ("listen_ip", json!("0.0.0.0")),
            ("server_port", json!(20_001)),
            (
                "network",
                settings.get("network").cloned().unwrap_or_default(),
            ),
            ("networkSettings", Value::Null),
        ] {
            assert_eq!(members.remove(name), Some(expected), "{protocol} {name}");
        }
        told
    }

    fn no_tls() -> Value {
        json!({"server_name": null, "allow_insecure": false, "ech": null})
    }

    #[test]
    fn shadowsocks_has_the_key_of_its_own_age() {
        for (cipher, key) in [
            (json!("aes-128-gcm"), Value::Null),
            (Value::Null, Value::Null),
            (
                json!("2022-blake3-aes-128-gcm"),
                json!("MjQ5MjBkZWNmODNmNjk2MA=="),
            ),
            (
                json!("2022-blake3-aes-256-gcm"),
                json!("MjQ5MjBkZWNmODNmNjk2MGI4MGY3MzdhMjhlZWFmYzE="),
            ),
            (
                json!("2022-blake3-chacha20-poly1305"),
                json!("MjQ5MjBkZWNmODNmNjk2MGI4MGY3MzdhMjhlZWFmYzE="),
            ),
        ] {
            let node = Node {
                settings: Settings::normalised(Protocol::Shadowsocks, &json!({"cipher": cipher})),
                created_at: UnixSeconds::new(1_700_000_000),
                ..a_node(1)
            };
            let told = config(&node, &[]).0;
            assert_eq!((&told["cipher"], &told["server_key"]), (&cipher, &key));
            assert_eq!(
                (&told["plugin"], &told["plugin_opts"]),
                (&Value::Null, &Value::Null)
            );
        }
    }

    #[test]
    fn every_protocol_is_told_what_its_agents_read() {
        assert_eq!(
            special(
                Protocol::Vmess,
                &json!({"tls": 1, "network": "ws", "tls_settings": {}})
            ),
            json!({"tls": 1, "tls_settings": no_tls(), "multiplex": null})
        );
        assert_eq!(
            special(
                Protocol::Trojan,
                &json!({"network": "tcp", "tls_settings": {"server_name": "s.test"}})
            ),
            json!({
                "host": "node1.example.com", "server_name": "s.test", "multiplex": null, "tls": 1,
                "tls_settings": {"server_name": "s.test", "allow_insecure": false, "ech": null},
            })
        );
        assert_eq!(
            special(Protocol::Socks, &json!({})),
            json!({"tls": 0, "tls_settings": null})
        );
        assert_eq!(
            special(Protocol::Naive, &json!({"tls": 1})),
            json!({"tls": 1, "tls_settings": null})
        );
        assert_eq!(
            special(Protocol::Http, &json!({"tls": 1, "tls_settings": {}})),
            json!({"tls": 1, "tls_settings": no_tls()})
        );
        assert_eq!(
            special(Protocol::Mieru, &json!({"traffic_pattern": "x"})),
            json!({"transport": "TCP", "traffic_pattern": "x"})
        );
        assert_eq!(
            special(Protocol::Tuic, &json!({})),
            json!({
                "version": 5, "server_name": null, "congestion_control": "cubic",
                "tls_settings": Settings::default_tls(), "auth_timeout": "3s",
                "zero_rtt_handshake": false, "heartbeat": "3s",
            })
        );
        assert_eq!(
            special(
                Protocol::Anytls,
                &json!({"padding_scheme": ["stop=8"], "tls": {"server_name": "a"}})
            ),
            json!({
                "server_name": "a", "padding_scheme": ["stop=8"],
                "tls_settings": {"server_name": "a", "allow_insecure": false, "ech": null},
            })
        );
    }

    #[test]
    fn vless_over_reality_has_the_keys_of_reality() {
        let settings = json!({
            "tls": 2, "flow": "xtls-rprx-vision", "tls_settings": {"server_name": "unused"},
            "reality_settings": {"server_name": "r.test", "server_port": 443, "private_key": "p"},
            "encryption": {"enabled": true, "decryption": "d"},
        });
        let told = special(Protocol::Vless, &settings);
        assert_eq!(
            told,
            json!({
                "tls": 2, "flow": "xtls-rprx-vision", "decryption": "d", "multiplex": null,
                "tls_settings": {
                    "server_name": "r.test", "server_port": "443", "public_key": null,
                    "private_key": "p", "short_id": null, "allow_insecure": false,
                },
            })
        );
        let closed = json!({"encryption": {"enabled": false, "decryption": "d"}});
        assert_eq!(special(Protocol::Vless, &closed)["decryption"], Value::Null);
    }

    #[test]
    fn hysteria_has_two_versions() {
        let settings = |version: i64, open: bool| json!({"version": version, "obfs": {"open": open, "password": "o"}, "bandwidth": {"up": 100}});
        let first = special(Protocol::Hysteria, &settings(1, false));
        assert_eq!(
            first,
            json!({
                "version": 1, "host": "node1.example.com", "server_name": null,
                "tls_settings": Settings::default_tls(), "up_mbps": 100, "down_mbps": 0, "obfs": "o",
            })
        );
        for (open, kind) in [(true, json!("salamander")), (false, Value::Null)] {
            let second = special(Protocol::Hysteria, &settings(2, open));
            assert_eq!(
                (&second["obfs"], &second["obfs-password"]),
                (&kind, &json!("o"))
            );
        }
        assert_eq!(
            special(Protocol::Hysteria, &json!({"version": 3})).get("obfs"),
            None
        );
        let bare = special(Protocol::Hysteria, &json!({}));
        assert_eq!(
            (&bare["obfs"], &bare["obfs-password"]),
            (&Value::Null, &Value::Null)
        );
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let route = NodeRoute {
            id: RouteId::new(1),
            matches: vec!["a".into()],
            action: "block".into(),
            action_value: None,
        };
        let mut node = Node {
            routes: vec![RouteId::new(1)],
            custom_outbounds: json!([]),
            custom_routes: json!([{"tag": "x"}]),
            cert_config: json!({"mode": "dns", "domain": "d"}),
            ..a_node(1)
        };
        let told = config(&node, std::slice::from_ref(&route)).0;
        let shown = json!([{"id": 1, "match": ["a"], "action": "block", "action_value": null}]);
        assert_eq!(told["routes"], shown);
        assert!(!told.contains_key("custom_outbounds"));
        assert_eq!(told["custom_routes"], json!([{"tag": "x"}]));
        assert_eq!(
            told["cert_config"],
            json!({"cert_mode": "dns", "domain": "d"})
        );
        for (stored, shown) in [
            (json!(null), None),
            (json!({}), None),
            (json!({"mode": "none"}), None),
            (json!({"cert_mode": "none"}), None),
            (
                json!({"cert_mode": "file", "mode": "x"}),
                Some(json!({"cert_mode": "file", "mode": "x"})),
            ),
        ] {
            node.cert_config = stored;
            assert_eq!(config(&node, &[]).0.get("cert_config").cloned(), shown);
        }
        node.routes.clear();
        assert!(!config(&node, &[route]).0.contains_key("routes"));
    }

    #[test]
    fn rules_stand_in_the_order_in_which_the_node_names_them() {
        let route = |id| NodeRoute {
            id: RouteId::new(id),
            matches: vec!["a".into()],
            action: "block".into(),
            action_value: None,
        };
        let node = Node {
            routes: [3, 1, 3, 9].map(RouteId::new).to_vec(),
            ..a_node(1)
        };
        let told = config(&node, &[route(1), route(2), route(3)]).0;
        let ids = told["routes"].as_array().unwrap().iter();
        let ids: Vec<&Value> = ids.map(|route| &route["id"]).collect();
        assert_eq!(ids, [&json!(3), &json!(1)]);
    }

    #[test]
    fn empty_network_settings_are_none() {
        for (given, shown) in [
            (json!([]), Value::Null),
            (json!({}), Value::Null),
            (json!({"path": "/"}), json!({"path": "/"})),
        ] {
            let told = told(Protocol::Vmess, &json!({"network_settings": given}));
            assert_eq!(told["networkSettings"], shown);
        }
    }
}
