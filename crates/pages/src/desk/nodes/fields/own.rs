//! What a protocol alone has.

use super::when::When;
use crate::desk::fields::Kind::{Choice, Line, Lines, Number, Tick};
use crate::desk::fields::Spec;
use crate::desk::nodes::choices::{
    CIPHERS, CONGESTIONS, FLOWS, HYSTERIAS, MIERU_TRANSPORTS, OBFUSCATIONS, RELAYS, TUICS,
};

const WITH_ENCRYPTION: When = &[("protocol_settings.encryption.enabled", &["1"])];

const WITH_OBFS: When = &[("protocol_settings.obfs", &["http", "tls"])];

const WITH_OPEN_OBFS: When = &[("protocol_settings.obfs.open", &["1"])];

const WITH_NAMED_OBFS: When = &[
    ("protocol_settings.obfs.open", &["1"]),
    ("protocol_settings.version", &["2"]),
];

const OF_HYSTERIA_2: When = &[("protocol_settings.version", &["2"])];

pub(super) const SHADOWSOCKS: &[Spec] = &[
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

pub(super) const VLESS: &[Spec] = &[
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

pub(super) const HYSTERIA: &[Spec] = &[
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

pub(super) const TUIC: &[Spec] = &[
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

pub(super) const ANYTLS: &[Spec] = &[Spec::new(
    "protocol_settings.padding_scheme",
    "desk.f_padding_scheme",
    Lines,
)
.hint("desk.f_lines_hint")];

pub(super) const MIERU: &[Spec] = &[
    Spec::new(
        "protocol_settings.transport",
        "desk.f_transport",
        Choice(MIERU_TRANSPORTS),
    )
    .needed(),
    Spec::new("protocol_settings.traffic_pattern", "desk.f_pattern", Line),
];
