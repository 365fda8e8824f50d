//! Settings with which neither a core nor a client starts, or nobody connects.

use crate::{Flaw, Protocol, Settings, Wrong, values};

const PUBLIC_KEY: &str = "reality_settings.public_key";
const PRIVATE_KEY: &str = "reality_settings.private_key";
const SHORT_ID: &str = "reality_settings.short_id";
const TARGET_PORT: &str = "reality_settings.server_port";

/// What makes a node with these settings useless. A child (`has_parent`) needs no private key: its parent
/// may be the one that listens.
pub fn flaws(protocol: Protocol, settings: &Settings, has_parent: bool) -> Vec<Flaw> {
    let mut found = Vec::new();
    let mut refuse = |is_wrong: bool, path: &str, what| {
        if is_wrong {
            found.push(Flaw::new(path, what));
        }
    };
    if has_reality(protocol, settings) {
        let is_key = |path| filled(settings, path).is_some_and(values::is_reality_key);
        refuse(!is_key(PUBLIC_KEY), PUBLIC_KEY, Wrong::NotKey);
        let needs_none = has_parent && filled(settings, PRIVATE_KEY).is_none();
        refuse(
            !needs_none && !is_key(PRIVATE_KEY),
            PRIVATE_KEY,
            Wrong::NotKey,
        );
        let id = filled(settings, SHORT_ID).unwrap_or_default();
        refuse(!values::is_short_id(id), SHORT_ID, Wrong::NotShortId);
        let port = filled(settings, TARGET_PORT);
        let is_port = |port: &str| port.parse().is_ok_and(crate::ports::is_port);
        refuse(!port.is_none_or(is_port), TARGET_PORT, Wrong::Unusable);
    }
    match protocol {
        Protocol::Vless if settings.flag("encryption.enabled") => {
            let path = "encryption.encryption";
            let encryption = filled(settings, path).filter(|text| *text != "none");
            let is_usable = encryption.is_none_or(values::is_vless_encryption);
            refuse(!is_usable, path, Wrong::Unusable);
        }
        Protocol::Hysteria if settings.integer("version") == Some(1) => {
            // It does not start without both.
            for path in ["bandwidth.up", "bandwidth.down"] {
                let is_some = settings.integer(path).is_some_and(|speed| speed > 0);
                refuse(!is_some, path, Wrong::Unusable);
            }
        }
        Protocol::Hysteria if settings.flag("obfs.open") => {
            let path = "obfs.password";
            refuse(filled(settings, path).is_none(), path, Wrong::Missing);
        }
        _ => {}
    }
    found
}

/// Whether these are settings that are yet to be filled in: each of the three values of Reality is absent, empty
/// or none. The reference panel keeps such a node, and nobody gets it before it is shown.
pub fn is_draft(protocol: Protocol, settings: &Settings) -> bool {
    let is_open = |path, is_usable: fn(&str) -> bool| {
        filled(settings, path).is_none_or(|text| !is_usable(text))
    };
    has_reality(protocol, settings)
        && is_open(PUBLIC_KEY, values::is_reality_key)
        && is_open(PRIVATE_KEY, values::is_reality_key)
        && is_open(SHORT_ID, values::is_short_id)
}

fn has_reality(protocol: Protocol, settings: &Settings) -> bool {
    matches!(protocol, Protocol::Vless | Protocol::Trojan) && settings.integer("tls") == Some(2)
}

/// The text at the path, unless it is empty.
fn filled<'a>(settings: &'a Settings, path: &str) -> Option<&'a str> {
    settings.text(path).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const KEY: &str = "pG8mBwXBJX2zjVvAgLhMLzVCuTnj5-xEJLyJBiJEBG8";

    fn found(protocol: Protocol, given: &Value, has_parent: bool) -> Vec<(String, Wrong)> {
        let settings = Settings::normalised(protocol, given);
        let flaws = flaws(protocol, &settings, has_parent).into_iter();
        flaws.map(|flaw| (flaw.path, flaw.what)).collect()
    }

    fn reality(public: &str, private: Option<&str>, id: &str) -> Value {
        json!({"tls": 2, "network": "tcp", "reality_settings": {
            "public_key": public, "private_key": private, "short_id": id, "server_port": 443,
        }})
    }

    #[test]
    fn reality_needs_two_keys_and_a_short_id_of_whole_bytes() {
        for protocol in [Protocol::Vless, Protocol::Trojan] {
            for (public, private, id, wrong) in [
                (KEY, Some(KEY), "", vec![]),
                (KEY, Some(KEY), "0123abcd", vec![]),
                ("", Some(KEY), "", vec![PUBLIC_KEY]),
                ("p", Some(KEY), "ab", vec![PUBLIC_KEY]),
                (KEY, None, "ab", vec![PRIVATE_KEY]),
                (KEY, Some("k"), "ab", vec![PRIVATE_KEY]),
                (KEY, Some(KEY), "abc", vec![SHORT_ID]),
                (KEY, Some(KEY), "xy", vec![SHORT_ID]),
                ("p", Some("k"), "s", vec![PUBLIC_KEY, PRIVATE_KEY, SHORT_ID]),
            ] {
                let given = reality(public, private, id);
                let paths = found(protocol, &given, false).into_iter();
                let paths: Vec<String> = paths.map(|(path, _)| path).collect();
                assert_eq!(paths, wrong, "{given}");
            }
        }
        // A child's keys are its parent's to serve.
        assert_eq!(
            found(Protocol::Vless, &reality(KEY, None, ""), true),
            vec![]
        );
        let wrong = found(Protocol::Vless, &reality(KEY, Some("k"), ""), true);
        assert_eq!(wrong, vec![(PRIVATE_KEY.to_owned(), Wrong::NotKey)]);
        let odd = json!({"tls": 2, "reality_settings": {
            "public_key": KEY, "private_key": KEY, "server_port": 0,
        }});
        let wrong = vec![(TARGET_PORT.to_owned(), Wrong::Unusable)];
        assert_eq!(found(Protocol::Vless, &odd, false), wrong);
        // Without Reality nobody looks at its settings.
        let plain = json!({"tls": 1, "reality_settings": {"short_id": "abc"}});
        assert_eq!(found(Protocol::Vless, &plain, false), vec![]);
        assert_eq!(
            found(Protocol::Vmess, &reality("p", None, "s"), false),
            vec![]
        );
    }

    #[test]
    fn a_draft_has_no_value_of_reality_yet() {
        for (public, private, id, expected) in [
            ("p", Some("k"), "s", true),
            (KEY, Some("k"), "s", false),
            ("p", Some(KEY), "s", false),
            ("p", Some("k"), "ab", false),
            ("p", Some("k"), "", true),
            ("", None, "s", true),
            ("", Some(""), "", true),
            ("", None, "", true),
            (KEY, None, "", false),
            ("", Some(KEY), "", false),
        ] {
            let settings = Settings::normalised(Protocol::Vless, &reality(public, private, id));
            assert_eq!(
                is_draft(Protocol::Vless, &settings),
                expected,
                "{public} {id}"
            );
        }
        for (settings, expected) in [(json!({"tls": 2}), true), (json!({"tls": 1}), false)] {
            let settings = Settings::normalised(Protocol::Vless, &settings);
            assert_eq!(is_draft(Protocol::Vless, &settings), expected);
        }
    }

    #[test]
    fn other_protocols_have_values_of_their_own() {
        let unusable = |path: &str| vec![(path.to_owned(), Wrong::Unusable)];
        let good = format!("mlkem768x25519plus.native.0rtt.{KEY}");
        for (protocol, given, expected) in [
            (
                Protocol::Vless,
                json!({"encryption": {"enabled": true, "encryption": good}}),
                vec![],
            ),
            (
                Protocol::Vless,
                json!({"encryption": {"enabled": true, "encryption": "none"}}),
                vec![],
            ),
            (
                Protocol::Vless,
                json!({"encryption": {"enabled": true, "encryption": "x"}}),
                unusable("encryption.encryption"),
            ),
            (
                Protocol::Vless,
                json!({"encryption": {"enabled": false, "encryption": "x"}}),
                vec![],
            ),
            (
                Protocol::Hysteria,
                json!({"version": 1, "bandwidth": {"up": 10}}),
                unusable("bandwidth.down"),
            ),
            (Protocol::Hysteria, json!({"version": 2}), vec![]),
            (
                Protocol::Hysteria,
                json!({"version": 2, "obfs": {"open": true}}),
                vec![("obfs.password".to_owned(), Wrong::Missing)],
            ),
        ] {
            assert_eq!(found(protocol, &given, false), expected, "{given}");
        }
        for protocol in Protocol::ALL {
            let bare = found(protocol, &json!({}), false);
            assert_eq!(bare, vec![], "{protocol}");
        }
    }
}
