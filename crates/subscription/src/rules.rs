//! What each format can hold, and what a client needs which version for.

use ferroboard_protocol::Protocol::{
    self, Anytls, Http, Hysteria, Mieru, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use serde_json::Value;

use crate::{Client, ExportNode, Format};

/// From when on a client understands a value.
enum Since {
    Always,
    Version(&'static str),
    Never,
}
use Since::{Always, Never, Version};

/// What one setting of a protocol asks of clients.
struct Rule {
    /// The client that is meant; `None` means all that read the format.
    client: Option<&'static str>,
    protocol: Protocol,
    /// Where the setting stands.
    path: &'static str,
    values: &'static [(&'static str, Since)],
    /// Whether values that are not listed are refused, and missing ones.
    strict: bool,
}

const fn rule(
    client: Option<&'static str>,
    protocol: Protocol,
    path: &'static str,
    values: &'static [(&'static str, Since)],
) -> Rule {
    Rule {
        client,
        protocol,
        path,
        values,
        strict: false,
    }
}

const fn only(
    client: Option<&'static str>,
    protocol: Protocol,
    path: &'static str,
    values: &'static [(&'static str, Since)],
) -> Rule {
    Rule {
        strict: true,
        ..rule(client, protocol, path, values)
    }
}

const CLASH_META: &[Rule] = &[
    only(
        None,
        Vless,
        "network",
        &[
            ("tcp", Always),
            ("ws", Always),
            ("grpc", Always),
            ("http", Always),
            ("h2", Always),
            ("httpupgrade", Always),
            ("xhttp", Always),
        ],
    ),
    only(
        None,
        Vmess,
        "network",
        &[
            ("tcp", Always),
            ("ws", Always),
            ("grpc", Always),
            ("http", Always),
            ("h2", Always),
            ("httpupgrade", Always),
        ],
    ),
    only(
        None,
        Trojan,
        "network",
        &[
            ("tcp", Always),
            ("ws", Always),
            ("grpc", Always),
            ("httpupgrade", Always),
        ],
    ),
    rule(
        Some("nekobox"),
        Hysteria,
        "version",
        &[("2", Version("1.2.7"))],
    ),
    rule(
        Some("clashmetaforandroid"),
        Hysteria,
        "version",
        &[("2", Version("2.9.0"))],
    ),
    rule(
        Some("verge"),
        Hysteria,
        "version",
        &[("2", Version("1.3.8"))],
    ),
    rule(
        Some("flclash"),
        Hysteria,
        "version",
        &[("2", Version("0.8.0"))],
    ),
];

const STASH: &[Rule] = &[
    rule(None, Trojan, "tls", &[("2", Never)]),
    rule(None, Vmess, "network", &[("httpupgrade", Never)]),
    rule(Some("stash"), Vless, "tls", &[("2", Version("3.1.0"))]),
    rule(
        Some("stash"),
        Vless,
        "flow",
        &[("xtls-rprx-vision", Version("3.1.0"))],
    ),
    rule(
        Some("stash"),
        Hysteria,
        "version",
        &[("1", Version("2.0.0")), ("2", Version("2.5.0"))],
    ),
    rule(
        Some("stash"),
        Shadowsocks,
        "cipher",
        &[
            ("2022-blake3-aes-128-gcm", Version("3.0.0")),
            ("2022-blake3-aes-256-gcm", Version("3.0.0")),
            ("2022-blake3-chacha20-poly1305", Version("3.0.0")),
        ],
    ),
];

const SING_BOX: &[Rule] = &[
    rule(
        Some("sing-box"),
        Vless,
        "flow",
        &[("xtls-rprx-vision", Version("1.5.0"))],
    ),
    rule(Some("sing-box"), Vless, "tls", &[("2", Version("1.6.0"))]),
    rule(Some("sing-box"), Vless, "network", &[("xhttp", Never)]),
    rule(Some("sing-box"), Vmess, "network", &[("xhttp", Never)]),
    rule(Some("sing-box"), Trojan, "network", &[("xhttp", Never)]),
    rule(
        Some("sing-box"),
        Hysteria,
        "version",
        &[("2", Version("1.5.0"))],
    ),
];

const GENERAL: &[Rule] = &[
    rule(
        Some("v2rayng"),
        Hysteria,
        "version",
        &[("2", Version("1.9.5"))],
    ),
    rule(
        Some("v2rayn"),
        Hysteria,
        "version",
        &[("2", Version("6.31"))],
    ),
];

const SHADOWROCKET: &[Rule] = &[
    rule(
        Some("shadowrocket"),
        Hysteria,
        "version",
        &[("2", Version("1993"))],
    ),
    only(
        Some("shadowrocket"),
        Trojan,
        "network",
        &[
            ("tcp", Always),
            ("ws", Always),
            ("grpc", Always),
            ("h2", Always),
            ("httpupgrade", Always),
        ],
    ),
];

const SURGE: &[Rule] = &[rule(
    Some("surge"),
    Hysteria,
    "version",
    &[("2", Version("2398"))],
)];

const LOON: &[Rule] = &[
    rule(Some("loon"), Hysteria, "version", &[("2", Version("637"))]),
    rule(
        Some("loon"),
        Trojan,
        "tls",
        &[
            ("0", Version("3.2.1")),
            ("1", Version("3.2.1")),
            ("2", Never),
        ],
    ),
];

fn rules(format: Format) -> &'static [Rule] {
    match format {
        Format::ClashMeta => CLASH_META,
        Format::General => GENERAL,
        Format::Loon => LOON,
        Format::Shadowrocket => SHADOWROCKET,
        Format::SingBox => SING_BOX,
        Format::Stash => STASH,
        Format::Surge => SURGE,
        Format::Clash | Format::QuantumultX | Format::Shadowsocks | Format::Surfboard => &[],
    }
}

/// The protocols that a format can hold. Naive is in none.
fn protocols(format: Format) -> &'static [Protocol] {
    match format {
        Format::Clash => &[Shadowsocks, Vmess, Trojan, Socks, Http],
        Format::ClashMeta => &[
            Shadowsocks,
            Vmess,
            Trojan,
            Vless,
            Hysteria,
            Tuic,
            Anytls,
            Socks,
            Http,
            Mieru,
        ],
        Format::General | Format::SingBox | Format::Stash => &[
            Shadowsocks,
            Vmess,
            Vless,
            Trojan,
            Hysteria,
            Tuic,
            Anytls,
            Socks,
            Http,
        ],
        Format::Shadowrocket => &[
            Shadowsocks,
            Vmess,
            Vless,
            Trojan,
            Hysteria,
            Tuic,
            Anytls,
            Socks,
        ],
        Format::QuantumultX => &[Shadowsocks, Vmess, Vless, Trojan, Anytls, Socks, Http],
        Format::Loon => &[Shadowsocks, Vmess, Trojan, Hysteria, Vless, Anytls],
        Format::Surge => &[Shadowsocks, Vmess, Trojan, Hysteria, Anytls, Socks, Http],
        Format::Surfboard => &[Shadowsocks, Vmess, Trojan, Anytls],
        Format::Shadowsocks => &[Shadowsocks],
    }
}

/// The ciphers of Shadowsocks that a format can hold; `None` where it holds any.
fn ciphers(format: Format) -> Option<&'static [&'static str]> {
    const CLASSIC: [&str; 4] = [
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
    ];
    const SURGE: [&str; 6] = [
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
    ];
    const SURFBOARD: [&str; 7] = [
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
    ];
    match format {
        Format::Clash | Format::Shadowsocks => Some(&CLASSIC),
        Format::Surge => Some(&SURGE),
        Format::Surfboard => Some(&SURFBOARD),
        _ => None,
    }
}

/// Whether the client can use the node.
pub(crate) fn keeps(client: &Client, node: &ExportNode) -> bool {
    protocols(client.format).contains(&node.protocol)
        && is_cipher_known(client.format, node)
        && is_version_enough(client, node)
}

fn is_cipher_known(format: Format, node: &ExportNode) -> bool {
    let Some(known) = ciphers(format).filter(|_| node.protocol == Shadowsocks) else {
        return true;
    };
    node.settings
        .text("cipher")
        .is_some_and(|cipher| known.contains(&cipher))
}

fn is_version_enough(client: &Client, node: &ExportNode) -> bool {
    let rules = rules(client.format);
    let everybody = rules.iter().any(|rule| rule.client.is_none());
    if !everybody && (client.name.is_none() || client.version.is_none()) {
        return true;
    }
    rules
        .iter()
        .filter(|rule| rule.protocol == node.protocol)
        .filter(|rule| rule.client.is_none() || rule.client == client.name)
        .all(|rule| allows(rule, client, node))
}

fn allows(rule: &Rule, client: &Client, node: &ExportNode) -> bool {
    let value = match node.settings.at(rule.path) {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return !rule.strict,
    };
    match rule.values.iter().find(|(listed, _)| *listed == value) {
        None => !rule.strict,
        Some((_, Always)) => true,
        Some((_, Never)) => false,
        Some((_, Version(minimum))) => client.reaches(minimum),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::a_node;

    fn keeps(agent: &str, protocol: Protocol, settings: &Value) -> bool {
        super::keeps(&Client::detect(agent), &a_node(protocol, settings))
    }

    #[test]
    fn versions_decide_about_protocols_and_their_settings() {
        let hysteria1 = json!({"version": 1});
        let hysteria2 = json!({"version": 2});
        let reality = json!({"tls": 2, "network": "tcp"});
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
            ("meta", Vmess, &json!({"network": null}), false),
            ("clash", Vmess, &kcp, true),
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
            // Nobody to whom rules apply: no name, or no version.
            ("sing-box", Vless, &xhttp, true),
            ("Hiddify/1.0.0", Vless, &xhttp, true),
            ("v2rayNG/1.9.4", Hysteria, &hysteria2, false),
            ("v2rayNG/1.9.5", Hysteria, &hysteria2, true),
            ("v2rayN/6.30", Hysteria, &hysteria2, false),
            ("v2rayN/6.31", Hysteria, &hysteria2, true),
            ("curl/8.0", Hysteria, &hysteria2, true),
            ("Shadowrocket/1992", Hysteria, &hysteria2, false),
            ("Shadowrocket/1993", Hysteria, &hysteria2, true),
            ("Shadowrocket/1993", Trojan, &xhttp, false),
            ("shadowrocket", Trojan, &xhttp, true),
            ("Surge/2397", Hysteria, &hysteria2, false),
            ("Surge/2398", Hysteria, &hysteria2, true),
            ("Loon/636", Hysteria, &hysteria2, false),
            ("Loon/637", Hysteria, &hysteria2, true),
            ("Loon/637", Trojan, &tls, true),
            ("Loon/3.2.0", Trojan, &tls, false),
            ("Loon/637", Trojan, &reality, false),
            ("loon", Trojan, &reality, true),
        ] {
            let kept = keeps(agent, protocol, settings);
            assert_eq!(kept, expected, "{agent} {protocol:?} {settings}");
        }
    }

    #[test]
    fn formats_hold_their_protocols() {
        let all = [
            Shadowsocks,
            Vmess,
            Trojan,
            Vless,
            Hysteria,
            Tuic,
            Anytls,
            Socks,
            Http,
            Mieru,
            Protocol::Naive,
        ];
        let settings = json!({"network": "tcp", "cipher": "aes-128-gcm", "version": 1, "tls": 0});
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
                "shadowsocks vmess trojan hysteria anytls socks http",
            ),
            ("surfboard", "shadowsocks vmess trojan anytls"),
            ("shadowsocks", "shadowsocks"),
        ] {
            let kept: Vec<&str> = all
                .into_iter()
                .filter(|protocol| keeps(agent, *protocol, &settings))
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
            assert!(keeps("loon", Shadowsocks, &settings), "{cipher}");
        }
        assert!(!keeps("clash", Shadowsocks, &json!({"cipher": null})));
    }
}
