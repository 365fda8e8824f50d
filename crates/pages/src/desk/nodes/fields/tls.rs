//! What layers of TLS have: security, encrypted client hello, Reality, fingerprints.

use super::when::When;
use crate::desk::fields::Kind::{Area, Choice, Line, Number, Tick};
use crate::desk::fields::Spec;
use crate::desk::nodes::choices::{FINGERPRINTS, SECURITIES, TLS_OR_NONE};

const TLS: &str = "protocol_settings.tls";

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

const WITH_UTLS: When = &[
    (TLS, &["1", "2"]),
    ("protocol_settings.utls.enabled", &["1"]),
];

pub(super) const SECURITY: &[Spec] =
    &[Spec::new("protocol_settings.tls", "desk.f_tls", Choice(SECURITIES)).needed()];

pub(super) const PLAIN_SECURITY: &[Spec] =
    &[Spec::new("protocol_settings.tls", "desk.f_tls", Choice(TLS_OR_NONE)).needed()];

pub(super) const TLS_SETTINGS: &[Spec] = &[
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

pub(super) const OWN_TLS: &[Spec] = &[
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

pub(super) const REALITY: &[Spec] = &[
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

pub(super) const UTLS: &[Spec] = &[
    Spec::new("protocol_settings.utls.enabled", "desk.f_utls", Tick).when(WITH_EITHER),
    Spec::new(
        "protocol_settings.utls.fingerprint",
        "desk.f_fingerprint",
        Choice(FINGERPRINTS),
    )
    .when(WITH_UTLS),
];
