//! The fields of each protocol: only what it has.

use ferroboard_protocol::Protocol;

use super::choices::{
    CIPHERS, CONGESTIONS, FINGERPRINTS, FLOWS, HEADERS, HYSTERIAS, KCP_HEADERS, MIERU_TRANSPORTS,
    MUX_PROTOCOLS, NETWORKS, OBFUSCATIONS, RELAYS, SECURITIES, TLS_OR_NONE, TUICS, XHTTP_MODES,
};
use crate::desk::fields::Kind::{Area, Choice, Line, Lines, Number, Tick};
use crate::desk::fields::Spec;

/// Fields with these values.
type When = &'static [(&'static str, &'static [&'static str])];

const TLS: &str = "protocol_settings.tls";
const NETWORK: &str = "protocol_settings.network";

const WITH_TLS: When = &[(TLS, &["1"])];
const WITH_REALITY: When = &[(TLS, &["2"])];
const WITH_EITHER: When = &[(TLS, &["1", "2"])];
const ALWAYS: When = &[];

/// Encrypted client hello in `tls_settings`.
const WITH_ECH: When = &[
    (TLS, &["1"]),
    ("protocol_settings.tls_settings.ech.enabled", &["1"]),
];
/// The same in `tls`, where that is an object.
const WITH_OWN_ECH: When = &[("protocol_settings.tls.ech.enabled", &["1"])];
const WITH_HTTP: When = &[
    (NETWORK, &["tcp"]),
    ("protocol_settings.network_settings.header.type", &["http"]),
];
const WITH_UTLS: When = &[
    (TLS, &["1", "2"]),
    ("protocol_settings.utls.enabled", &["1"]),
];
const WITH_MUX: When = &[("protocol_settings.multiplex.enabled", &["1"])];
const WITH_BRUTAL: When = &[
    ("protocol_settings.multiplex.enabled", &["1"]),
    ("protocol_settings.multiplex.brutal.enabled", &["1"]),
];
const WITH_ENCRYPTION: When = &[("protocol_settings.encryption.enabled", &["1"])];
const WITH_OBFS: When = &[("protocol_settings.obfs", &["http", "tls"])];
const WITH_OPEN_OBFS: When = &[("protocol_settings.obfs.open", &["1"])];
const WITH_NAMED_OBFS: When = &[
    ("protocol_settings.obfs.open", &["1"]),
    ("protocol_settings.version", &["2"]),
];
const OF_HYSTERIA_2: When = &[("protocol_settings.version", &["2"])];

const TLS_SETTINGS: &[Spec] = &[
    Spec::new(
        "protocol_settings.tls_settings.server_name",
        "desk.f_sni",
        Line,
    )
    .when(WITH_TLS),
    Spec::new(
        "protocol_settings.tls_settings.allow_insecure",
        "desk.f_insecure",
        Tick,
    )
    .hint("desk.f_insecure_hint")
    .when(WITH_TLS),
    Spec::new(
        "protocol_settings.tls_settings.ech.enabled",
        "desk.f_ech",
        Tick,
    )
    .when(WITH_TLS),
    Spec::new(
        "protocol_settings.tls_settings.ech.config",
        "desk.f_ech_config",
        Area,
    )
    .when(WITH_ECH),
    Spec::new(
        "protocol_settings.tls_settings.ech.key",
        "desk.f_ech_key",
        Area,
    )
    .when(WITH_ECH),
    Spec::new(
        "protocol_settings.tls_settings.ech.query_server_name",
        "desk.f_ech_name",
        Line,
    )
    .when(WITH_ECH),
    Spec::new(
        "protocol_settings.tls_settings.ech.key_path",
        "desk.f_ech_key_path",
        Line,
    )
    .when(WITH_ECH),
    Spec::new(
        "protocol_settings.tls_settings.ech.config_path",
        "desk.f_ech_config_path",
        Line,
    )
    .when(WITH_ECH),
];

const OWN_TLS: &[Spec] = &[
    Spec::new("protocol_settings.tls.server_name", "desk.f_sni", Line).when(ALWAYS),
    Spec::new(
        "protocol_settings.tls.allow_insecure",
        "desk.f_insecure",
        Tick,
    )
    .hint("desk.f_insecure_hint")
    .when(ALWAYS),
    Spec::new("protocol_settings.tls.ech.enabled", "desk.f_ech", Tick).when(ALWAYS),
    Spec::new(
        "protocol_settings.tls.ech.config",
        "desk.f_ech_config",
        Area,
    )
    .when(WITH_OWN_ECH),
    Spec::new("protocol_settings.tls.ech.key", "desk.f_ech_key", Area).when(WITH_OWN_ECH),
    Spec::new(
        "protocol_settings.tls.ech.query_server_name",
        "desk.f_ech_name",
        Line,
    )
    .when(WITH_OWN_ECH),
    Spec::new(
        "protocol_settings.tls.ech.key_path",
        "desk.f_ech_key_path",
        Line,
    )
    .when(WITH_OWN_ECH),
    Spec::new(
        "protocol_settings.tls.ech.config_path",
        "desk.f_ech_config_path",
        Line,
    )
    .when(WITH_OWN_ECH),
];

const REALITY: &[Spec] = &[
    Spec::new(
        "protocol_settings.reality_settings.server_name",
        "desk.f_reality_name",
        Line,
    )
    .hint("desk.f_reality_name_hint")
    .when(WITH_REALITY),
    Spec::new(
        "protocol_settings.reality_settings.server_port",
        "desk.f_reality_port",
        Number,
    )
    .when(WITH_REALITY),
    Spec::new(
        "protocol_settings.reality_settings.public_key",
        "desk.f_public_key",
        Line,
    )
    .when(WITH_REALITY),
    Spec::new(
        "protocol_settings.reality_settings.private_key",
        "desk.f_private_key",
        Line,
    )
    .when(WITH_REALITY),
    Spec::new(
        "protocol_settings.reality_settings.short_id",
        "desk.f_short_id",
        Line,
    )
    .when(WITH_REALITY),
    Spec::new(
        "protocol_settings.reality_settings.allow_insecure",
        "desk.f_insecure",
        Tick,
    )
    .hint("desk.f_insecure_hint")
    .when(WITH_REALITY),
];

const TRANSPORT: &[Spec] = &[
    Spec::new(
        "protocol_settings.network",
        "desk.f_network",
        Choice(NETWORKS),
    )
    .needed(),
    Spec::new(
        "protocol_settings.network_settings.header.type",
        "desk.f_header",
        Choice(HEADERS),
    )
    .when(&[(NETWORK, &["tcp"])]),
    Spec::new(
        "protocol_settings.network_settings.header.request.path",
        "desk.f_path",
        Lines,
    )
    .hint("desk.f_lines_hint")
    .when(WITH_HTTP),
    Spec::new(
        "protocol_settings.network_settings.header.request.headers.Host",
        "desk.f_host",
        Lines,
    )
    .hint("desk.f_lines_hint")
    .when(WITH_HTTP),
    Spec::new(
        "protocol_settings.network_settings.path",
        "desk.f_path",
        Line,
    )
    .when(&[(NETWORK, &["ws", "httpupgrade", "xhttp", "h2"])]),
    Spec::new(
        "protocol_settings.network_settings.headers.Host",
        "desk.f_host",
        Line,
    )
    .when(&[(NETWORK, &["ws"])]),
    Spec::new(
        "protocol_settings.network_settings.host",
        "desk.f_host",
        Line,
    )
    .when(&[(NETWORK, &["httpupgrade", "xhttp", "h2"])]),
    Spec::new(
        "protocol_settings.network_settings.mode",
        "desk.f_mode",
        Choice(XHTTP_MODES),
    )
    .when(&[(NETWORK, &["xhttp"])]),
    Spec::new(
        "protocol_settings.network_settings.serviceName",
        "desk.f_service",
        Line,
    )
    .when(&[(NETWORK, &["grpc"])]),
    Spec::new(
        "protocol_settings.network_settings.header.type",
        "desk.f_header",
        Choice(KCP_HEADERS),
    )
    .when(&[(NETWORK, &["kcp"])]),
    Spec::new(
        "protocol_settings.network_settings.seed",
        "desk.f_seed",
        Line,
    )
    .when(&[(NETWORK, &["kcp"])]),
];

const UTLS: &[Spec] = &[
    Spec::new("protocol_settings.utls.enabled", "desk.f_utls", Tick).when(WITH_EITHER),
    Spec::new(
        "protocol_settings.utls.fingerprint",
        "desk.f_fingerprint",
        Choice(FINGERPRINTS),
    )
    .when(WITH_UTLS),
];

const MULTIPLEX: &[Spec] = &[
    Spec::new(
        "protocol_settings.multiplex.enabled",
        "desk.f_multiplex",
        Tick,
    ),
    Spec::new(
        "protocol_settings.multiplex.protocol",
        "desk.f_mux_protocol",
        Choice(MUX_PROTOCOLS),
    )
    .when(WITH_MUX),
    Spec::new(
        "protocol_settings.multiplex.max_connections",
        "desk.f_max_connections",
        Number,
    )
    .when(WITH_MUX),
    Spec::new(
        "protocol_settings.multiplex.padding",
        "desk.f_padding",
        Tick,
    )
    .when(WITH_MUX),
    Spec::new(
        "protocol_settings.multiplex.brutal.enabled",
        "desk.f_brutal",
        Tick,
    )
    .when(WITH_MUX),
    Spec::new(
        "protocol_settings.multiplex.brutal.up_mbps",
        "desk.f_up",
        Number,
    )
    .when(WITH_BRUTAL),
    Spec::new(
        "protocol_settings.multiplex.brutal.down_mbps",
        "desk.f_down",
        Number,
    )
    .when(WITH_BRUTAL),
];

const SHADOWSOCKS: &[Spec] = &[
    Spec::new("protocol_settings.cipher", "desk.f_cipher", Choice(CIPHERS)).needed(),
    Spec::new(
        "protocol_settings.obfs",
        "desk.f_obfs",
        Choice(OBFUSCATIONS),
    ),
    Spec::new(
        "protocol_settings.obfs_settings.path",
        "desk.f_obfs_path",
        Line,
    )
    .when(WITH_OBFS),
    Spec::new(
        "protocol_settings.obfs_settings.host",
        "desk.f_obfs_host",
        Line,
    )
    .when(WITH_OBFS),
    Spec::new("protocol_settings.plugin", "desk.f_plugin", Line),
    Spec::new("protocol_settings.plugin_opts", "desk.f_plugin_opts", Line),
];

const SECURITY: &[Spec] =
    &[Spec::new("protocol_settings.tls", "desk.f_tls", Choice(SECURITIES)).needed()];

const PLAIN_SECURITY: &[Spec] =
    &[Spec::new("protocol_settings.tls", "desk.f_tls", Choice(TLS_OR_NONE)).needed()];

const VLESS: &[Spec] = &[
    Spec::new("protocol_settings.flow", "desk.f_flow", Choice(FLOWS)),
    Spec::new(
        "protocol_settings.encryption.enabled",
        "desk.f_encryption",
        Tick,
    ),
    Spec::new(
        "protocol_settings.encryption.encryption",
        "desk.f_encryption_text",
        Line,
    )
    .when(WITH_ENCRYPTION),
    Spec::new(
        "protocol_settings.encryption.decryption",
        "desk.f_decryption_text",
        Line,
    )
    .when(WITH_ENCRYPTION),
];

const HYSTERIA: &[Spec] = &[
    Spec::new(
        "protocol_settings.version",
        "desk.f_version",
        Choice(HYSTERIAS),
    )
    .needed(),
    Spec::new("protocol_settings.bandwidth.up", "desk.f_up", Number),
    Spec::new("protocol_settings.bandwidth.down", "desk.f_down", Number),
    Spec::new("protocol_settings.obfs.open", "desk.f_obfs", Tick),
    Spec::new(
        "protocol_settings.obfs.type",
        "desk.f_obfs",
        Choice(&[("salamander", "salamander")]),
    )
    .when(WITH_NAMED_OBFS),
    Spec::new(
        "protocol_settings.obfs.password",
        "desk.f_obfs_password",
        Line,
    )
    .when(WITH_OPEN_OBFS),
    Spec::new("protocol_settings.hop_interval", "desk.f_hop", Number).when(OF_HYSTERIA_2),
];

const TUIC: &[Spec] = &[
    Spec::new("protocol_settings.version", "desk.f_version", Choice(TUICS)),
    Spec::new(
        "protocol_settings.congestion_control",
        "desk.f_congestion",
        Choice(CONGESTIONS),
    ),
    Spec::new(
        "protocol_settings.udp_relay_mode",
        "desk.f_relay",
        Choice(RELAYS),
    ),
    Spec::new("protocol_settings.alpn", "desk.f_alpn", Lines).hint("desk.f_lines_hint"),
];

const ANYTLS: &[Spec] = &[Spec::new(
    "protocol_settings.padding_scheme",
    "desk.f_padding_scheme",
    Lines,
)
.hint("desk.f_lines_hint")];

const MIERU: &[Spec] = &[
    Spec::new(
        "protocol_settings.transport",
        "desk.f_transport",
        Choice(MIERU_TRANSPORTS),
    )
    .needed(),
    Spec::new("protocol_settings.traffic_pattern", "desk.f_pattern", Line),
];

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
            let blank = super::super::form::blank(protocol);
            let taken = offered(protocol, blank.at("protocol_settings"));
            assert!(taken.is_ok(), "{protocol} {taken:?}");
        }
    }
}
