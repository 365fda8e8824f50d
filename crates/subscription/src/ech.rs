//! Encrypted client hello: what a client needs to know of a node's.

use crate::ExportNode;

/// The public part of the settings.
pub(crate) struct ClientHello<'a> {
    /// The list of configurations, bare base64 or in PEM armour.
    pub(crate) config: Option<&'a str>,
    /// The name whose DNS record has the configurations.
    pub(crate) query_server_name: Option<&'a str>,
}

/// The settings at the path, when they are switched on.
pub(crate) fn of<'a>(node: &'a ExportNode, path: &str) -> Option<ClientHello<'a>> {
    let text = |name: &str| {
        let text = node.settings.text(&format!("{path}.{name}"));
        text.map(str::trim).filter(|text| !text.is_empty())
    };
    node.settings
        .flag(&format!("{path}.enabled"))
        .then(|| ClientHello {
            config: text("config"),
            query_server_name: text("query_server_name"),
        })
}

/// The base64 text alone; `None` for another kind of PEM.
pub(crate) fn without_armour(config: &str) -> Option<String> {
    let body = if config.starts_with("-----BEGIN") {
        let (_, from) = config.split_once("-----BEGIN ECH CONFIGS-----")?;
        from.split_once("-----END ECH CONFIGS-----")?.0
    } else {
        config
    };
    Some(body.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Protocol;
    use serde_json::json;

    use super::*;
    use crate::testing::a_node;

    #[test]
    fn only_what_is_switched_on_is_told() {
        let config = |ech| {
            let node = a_node(Protocol::Anytls, &json!({"tls": {"ech": ech}}));
            of(&node, "tls.ech").map(|hello| {
                let own = |text: Option<&str>| text.map(str::to_owned);
                (own(hello.config), own(hello.query_server_name))
            })
        };
        assert_eq!(config(json!(null)), None);
        assert_eq!(config(json!({"enabled": false, "config": "x"})), None);
        assert_eq!(
            config(json!({"enabled": true, "config": " "})),
            Some((None, None))
        );
        assert_eq!(
            config(json!({"enabled": true, "config": " x\n", "query_server_name": "q.test"})),
            Some((Some("x".into()), Some("q.test".into())))
        );
    }

    #[test]
    fn the_armour_of_a_configuration_is_taken_off() {
        let pem = "-----BEGIN ECH CONFIGS-----\nAEX+\r\nDQBB\n-----END ECH CONFIGS-----\n";
        assert_eq!(without_armour(pem).as_deref(), Some("AEX+DQBB"));
        assert_eq!(without_armour("AEX+ DQBB").as_deref(), Some("AEX+DQBB"));
        assert_eq!(without_armour("-----BEGIN ECH KEYS-----\nAEX+\n"), None);
    }
}
