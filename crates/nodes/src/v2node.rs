//! The words of the agent v2node for what Xboard's agents are told in other words.

use ferroboard_protocol::Protocol;
use serde_json::{Map, Value, json};

use crate::{Node, NodeConfig};

/// What v2node reads of a certificate; it looks for it beside the names of the TLS layer.
const CERTIFICATE: [&str; 5] = [
    "cert_mode",
    "cert_file",
    "key_file",
    "provider",
    "reject_unknown_sni",
];

impl NodeConfig {
    /// The same with what `v2node` reads beside what other agents do. Members of those stay as they are,
    /// but for the name of Hysteria 2, the transport of `AnyTLS` and what joins the settings of TLS.
    #[must_use]
    pub fn for_v2node(mut self, node: &Node) -> Self {
        let told = &mut self.0;
        if node.protocol == Protocol::Anytls {
            put(told, "network", json!("tcp"));
        }
        let network = told.get("network").and_then(Value::as_str);
        if network.is_some_and(|network| !network.is_empty()) {
            // Without settings the agent takes every transport for TCP.
            let settings = told
                .get("networkSettings")
                .filter(|given| given.is_object());
            let settings = settings.cloned().unwrap_or_else(|| json!({}));
            put(told, "network_settings", settings);
        }
        match node.protocol {
            Protocol::Hysteria if node.settings.integer("version") == Some(2) => {
                put(told, "protocol", json!("hysteria2"));
                let password = told.get("obfs-password").cloned().unwrap_or_default();
                put(told, "obfs_password", password);
                put(told, "tls", json!(1));
            }
            Protocol::Tuic | Protocol::Anytls => put(told, "tls", json!(1)),
            Protocol::Vless => put_encryption(told),
            _ => {}
        }
        if told.get("tls").and_then(Value::as_i64) == Some(1) {
            put_certificate(told, &node.cert_config);
        }
        self
    }
}

fn put(told: &mut Map<String, Value>, name: &str, value: Value) {
    told.insert(name.to_owned(), value);
}

/// The parts of `mlkem768x25519plus.native.600s.….key`, of which there may be any number before the
/// key.
fn put_encryption(told: &mut Map<String, Value>) {
    let decryption = told.get("decryption").and_then(Value::as_str);
    let parts: Vec<&str> = decryption.unwrap_or_default().split('.').collect();
    if let [method, mode, ticket, padding @ .., key] = parts.as_slice() {
        let settings = json!({
            "mode": mode, "ticket": ticket, "server_padding": padding.join("."), "private_key": key,
        });
        let method = json!(method);
        put(told, "encryption", method);
        put(told, "encryption_settings", settings);
    }
}

/// Without a mode the agent would serve plain text where its clients expect TLS: it then signs a
/// certificate of its own, unless files lie where it looks for them.
fn put_certificate(told: &mut Map<String, Value>, stored: &Value) {
    let Some(Value::Object(settings)) = told.get_mut("tls_settings") else {
        let given = json!({"cert_mode": mode(stored)});
        put(told, "tls_settings", given);
        return;
    };
    for name in CERTIFICATE {
        if let Some(value) = stored.get(name).and_then(text) {
            put(settings, name, json!(value));
        }
    }
    put(settings, "cert_mode", json!(mode(stored)));
    if let Some(variables) = stored.get("dns_env").and_then(variables) {
        put(settings, "dns_env", json!(variables));
    }
}

fn mode(stored: &Value) -> &str {
    let named = |name| stored.get(name).and_then(Value::as_str);
    let mode = named("cert_mode").or_else(|| named("mode"));
    mode.filter(|mode| !mode.is_empty()).unwrap_or("self")
}

/// The agent reads nothing but texts; a flag is one as well.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(set) => Some(u8::from(*set).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `A=1,B=2`.
fn variables(value: &Value) -> Option<String> {
    let Value::Object(members) = value else {
        return text(value);
    };
    let pairs = members.iter();
    let pairs = pairs.filter_map(|(name, value)| Some(format!("{name}={}", text(value)?)));
    Some(pairs.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Settings;

    use super::*;
    use crate::testing::a_node;

    /// What v2node is told beside, or in place of, what others are.
    fn beside(protocol: Protocol, settings: &Value, cert_config: &Value) -> Value {
        let node = Node {
            protocol,
            settings: Settings::normalised(protocol, settings),
            cert_config: cert_config.clone(),
            ..a_node(1)
        };
        let others = crate::config(&node, &[]);
        let mut told = others.clone().for_v2node(&node).0;
        for (name, value) in &others.0 {
            assert!(told.contains_key(name), "{protocol} {name}");
            if told.get(name) == Some(value) {
                told.remove(name);
            }
        }
        Value::Object(told)
    }

    #[test]
    fn transports_have_their_settings_under_the_name_that_v2node_reads() {
        let ws = json!({"path": "/p", "headers": {"Host": "h.test"}});
        for protocol in [Protocol::Vmess, Protocol::Vless, Protocol::Trojan] {
            let plain = json!({"tls": 0, "network": "ws", "network_settings": ws});
            assert_eq!(
                beside(protocol, &plain, &Value::Null),
                json!({"network_settings": ws}),
                "{protocol}"
            );
            let bare = json!({"tls": 0, "network": "grpc"});
            assert_eq!(
                beside(protocol, &bare, &Value::Null),
                json!({"network_settings": {}}),
                "{protocol}"
            );
            assert_eq!(
                beside(protocol, &json!({"tls": 0}), &Value::Null),
                json!({})
            );
        }
        let shadowsocks = json!({"cipher": "aes-128-gcm"});
        assert_eq!(
            beside(Protocol::Shadowsocks, &shadowsocks, &Value::Null),
            json!({})
        );
    }

    #[test]
    fn protocols_that_cannot_do_without_tls_say_so() {
        let own =
            json!({"server_name": null, "allow_insecure": false, "ech": null, "cert_mode": "self"});
        assert_eq!(
            beside(Protocol::Tuic, &json!({}), &Value::Null),
            json!({"tls": 1, "tls_settings": own})
        );
        assert_eq!(
            beside(Protocol::Anytls, &json!({}), &Value::Null),
            json!({"tls": 1, "tls_settings": own, "network": "tcp", "network_settings": {}})
        );
        let obscured = json!({"version": 2, "obfs": {"open": true, "password": "o"}});
        assert_eq!(
            beside(Protocol::Hysteria, &obscured, &Value::Null),
            json!({"protocol": "hysteria2", "obfs_password": "o", "tls": 1, "tls_settings": own})
        );
        // v2node has no first version.
        assert_eq!(
            beside(Protocol::Hysteria, &json!({"version": 1}), &Value::Null),
            json!({})
        );
    }

    #[test]
    fn certificates_stand_beside_the_names_of_the_layer() {
        let stored = json!({
            "mode": "dns", "provider": "cloudflare", "dns_env": {"A": "1", "B": 2}, "cert_file": "/c",
            "key_file": "/k", "reject_unknown_sni": true, "email": "unread",
        });
        let settings =
            json!({"tls": 1, "network": "tcp", "tls_settings": {"server_name": "s.test"}});
        let told = beside(Protocol::Vmess, &settings, &stored);
        assert_eq!(
            told["tls_settings"],
            json!({
                "server_name": "s.test", "allow_insecure": false, "ech": null, "cert_mode": "dns",
                "provider": "cloudflare", "dns_env": "A=1,B=2", "cert_file": "/c", "key_file": "/k",
                "reject_unknown_sni": "1",
            })
        );
        let proxied = beside(Protocol::Trojan, &json!({}), &json!({"cert_mode": "none"}));
        assert_eq!(proxied, json!({"tls_settings": {"cert_mode": "none"}}));
        // Reality has no certificate.
        let reality = json!({"tls": 2, "network": "tcp", "reality_settings": {"server_name": "r"}});
        assert_eq!(
            beside(Protocol::Vless, &reality, &stored),
            json!({"network_settings": {}})
        );
    }

    #[test]
    fn the_encryption_of_vless_is_taken_apart() {
        let of = |enabled: bool, decryption: &str| {
            let settings = json!({"encryption": {"enabled": enabled, "decryption": decryption}});
            beside(Protocol::Vless, &settings, &Value::Null)
        };
        assert_eq!(
            of(true, "mlkem768x25519plus.native.600s.KEY"),
            json!({"encryption": "mlkem768x25519plus", "encryption_settings": {
                "mode": "native", "ticket": "600s", "server_padding": "", "private_key": "KEY",
            }})
        );
        let padded = of(
            true,
            "mlkem768x25519plus.random.0s.100-111-1111.75-0-111.KEY",
        );
        assert_eq!(
            padded["encryption_settings"]["server_padding"],
            "100-111-1111.75-0-111"
        );
        for (enabled, decryption) in [(false, "a.b.c.d"), (true, "none"), (true, "")] {
            assert_eq!(of(enabled, decryption), json!({}), "{decryption}");
        }
    }
}
