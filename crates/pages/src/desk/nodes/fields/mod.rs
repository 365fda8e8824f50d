//! The fields of each protocol: only what it has.

mod own;
mod tls;
mod transport;
mod when;

use ferroboard_protocol::Protocol;

use self::own::{ANYTLS, HYSTERIA, MIERU, SHADOWSOCKS, TUIC, VLESS};
use self::tls::{OWN_TLS, PLAIN_SECURITY, REALITY, SECURITY, TLS_SETTINGS, UTLS};
use self::transport::{MULTIPLEX, TRANSPORT};
use crate::desk::fields::Spec;

/// The fields of a protocol, in their order.
pub(super) fn of(protocol: Protocol) -> Vec<Spec> {
    let parts: &[&[Spec]] = match protocol {
        Protocol::Shadowsocks => &[SHADOWSOCKS],
        Protocol::Vmess => &[PLAIN_SECURITY, TLS_SETTINGS, TRANSPORT, UTLS, MULTIPLEX],
        Protocol::Vless => &[
            SECURITY,
            TLS_SETTINGS,
            REALITY,
            TRANSPORT,
            VLESS,
            UTLS,
            MULTIPLEX,
        ],
        Protocol::Trojan => &[SECURITY, TLS_SETTINGS, REALITY, TRANSPORT, UTLS, MULTIPLEX],
        Protocol::Hysteria => &[HYSTERIA, OWN_TLS],
        Protocol::Tuic => &[TUIC, OWN_TLS],
        Protocol::Anytls => &[OWN_TLS, ANYTLS],
        Protocol::Socks | Protocol::Naive | Protocol::Http => &[PLAIN_SECURITY, TLS_SETTINGS],
        Protocol::Mieru => &[MIERU, MULTIPLEX],
    };
    parts.concat()
}

/// Where a protocol has its layer of TLS, if it has one.
pub(super) const fn tls_of(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::Hysteria | Protocol::Tuic | Protocol::Anytls => Some("protocol_settings.tls"),
        Protocol::Vmess
        | Protocol::Vless
        | Protocol::Trojan
        | Protocol::Socks
        | Protocol::Naive
        | Protocol::Http => Some("protocol_settings.tls_settings"),
        Protocol::Shadowsocks | Protocol::Mieru => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ferroboard_protocol::{Settings, offered};
    use serde_json::{Value, json};

    use super::*;
    use crate::desk::typed::Typed;

    #[test]
    fn every_field_is_one_that_its_protocol_keeps() {
        for protocol in Protocol::ALL {
            let blank = Settings::normalised(
                protocol,
                &json!({
                    "tls_settings": {"ech": {}}, "tls": {"ech": {}}, "reality_settings": {}, "utls": {},
                    "multiplex": {"brutal": {}}, "encryption": {}, "obfs": {}, "bandwidth": {},
                }),
            );
            let mut names = BTreeSet::new();
            for spec in of(protocol) {
                let name = spec.name.strip_prefix("protocol_settings.").unwrap();
                // What is kept as it is has any member.
                let is_free =
                    name.starts_with("network_settings.") || name.starts_with("obfs_settings.");
                let (way, last) = name.rsplit_once('.').unwrap_or(("", name));
                let object = if way.is_empty() {
                    blank.as_value()
                } else {
                    blank.at(way)
                };
                assert!(is_free || object.get(last).is_some(), "{protocol} {name}");
                names.insert((
                    spec.name,
                    spec.when.first().map(|(_, values)| values.to_vec()),
                ));
            }
            assert_eq!(names.len(), of(protocol).len(), "{protocol}");
        }
    }

    #[test]
    fn only_what_belongs_to_the_choice_is_shown() {
        let shown = |settings: Value| {
            let typed = Typed::edited(json!({"protocol_settings": settings}));
            let specs = of(Protocol::Vless).into_iter();
            let shown = specs.filter(|spec| spec.is_shown(&typed));
            shown.map(|spec| spec.name).collect::<Vec<_>>()
        };
        let has = |names: &[&str], part: &str| names.iter().any(|name| name.contains(part));
        let reality = shown(json!({"tls": 2, "network": "tcp"}));
        assert!(has(&reality, "short_id") && !has(&reality, "tls_settings"));
        let ws = shown(json!({"tls": "1", "network": "ws"}));
        assert!(has(&ws, "network_settings.path") && has(&ws, "tls_settings"));
        assert!(!has(&ws, "reality") && !has(&ws, "serviceName"));
    }

    #[test]
    fn a_blank_form_of_each_protocol_is_one_that_is_taken() {
        for protocol in Protocol::ALL {
            let blank = crate::desk::nodes::form::blank(protocol);
            let taken = offered(protocol, blank.at("protocol_settings"));
            assert!(taken.is_ok(), "{protocol} {taken:?}");
        }
    }
}
