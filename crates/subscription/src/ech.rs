//! Encrypted client hello: what a client needs to know of a node's.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

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

/// The base64 text alone, in the alphabet and with the padding that cores read; `None` when it is no
/// list of configurations.
pub(crate) fn without_armour(config: &str) -> Option<String> {
    let body = if config.starts_with("-----BEGIN") {
        let (_, from) = config.split_once("-----BEGIN ECH CONFIGS-----")?;
        from.split_once("-----END ECH CONFIGS-----")?.0
    } else {
        config
    };
    let typed = body.chars().filter(|c| !c.is_whitespace() && *c != '=');
    let text: String = typed
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let list = STANDARD_NO_PAD.decode(text).ok()?;
    is_config_list(&list).then(|| STANDARD.encode(list))
}

/// The PEM that sing-box reads; `None` when it is no list of configurations.
pub(crate) fn in_armour(config: &str) -> Option<String> {
    let body = without_armour(config)?;
    Some(format!(
        "-----BEGIN ECH CONFIGS-----\n{body}\n-----END ECH CONFIGS-----"
    ))
}

/// Whether the bytes are a list of configurations as long as it says (RFC 9849, section 4).
fn is_config_list(list: &[u8]) -> bool {
    let [high, low, configs @ ..] = list else {
        return false;
    };
    let mut rest = configs;
    if rest.is_empty() || usize::from(u16::from_be_bytes([*high, *low])) != rest.len() {
        return false;
    }
    while let [_, _, high, low, behind @ ..] = rest {
        let Some(next) = behind.get(usize::from(u16::from_be_bytes([*high, *low]))..) else {
            return false;
        };
        rest = next;
    }
    rest.is_empty()
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
    fn a_configuration_is_read_with_armour_and_without() {
        let bare = "AAj+DQAEAQIDBA==";
        let armoured = "-----BEGIN ECH CONFIGS-----\nAAj+DQAEAQIDBA==\n-----END ECH CONFIGS-----";
        let broken =
            "-----BEGIN ECH CONFIGS-----\nAAj+DQAE\r\nAQIDBA==\n-----END ECH CONFIGS-----\n";
        for typed in [bare, "AAj-DQAEAQIDBA", " AAj+DQAE AQIDBA", armoured, broken] {
            assert_eq!(without_armour(typed).as_deref(), Some(bare), "{typed}");
            assert_eq!(in_armour(typed).as_deref(), Some(armoured), "{typed}");
        }
        for garbage in [
            "",
            "zzz",
            "!!",
            "AEX+",
            "AEX+DQBB",
            "AAA=",
            "AAj+DQAFAQIDBA==",
            "-----BEGIN ECH KEYS-----\nAAj+DQAEAQIDBA==\n",
        ] {
            assert_eq!(without_armour(garbage), None, "{garbage}");
        }
    }
}
