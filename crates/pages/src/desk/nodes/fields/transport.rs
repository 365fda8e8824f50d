//! What transports have, and what runs over them at once.

use super::when::When;
use crate::desk::fields::Kind::{Choice, Line, Lines, Number, Tick};
use crate::desk::fields::Spec;
use crate::desk::nodes::choices::{HEADERS, KCP_HEADERS, MUX_PROTOCOLS, NETWORKS, XHTTP_MODES};

const NETWORK: &str = "protocol_settings.network";

const WITH_HTTP: When = &[
    (NETWORK, &["tcp"]),
    ("protocol_settings.network_settings.header.type", &["http"]),
];

const WITH_MUX: When = &[("protocol_settings.multiplex.enabled", &["1"])];

const WITH_BRUTAL: When = &[
    ("protocol_settings.multiplex.enabled", &["1"]),
    ("protocol_settings.multiplex.brutal.enabled", &["1"]),
];

pub(super) const TRANSPORT: &[Spec] = &[
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

pub(super) const MULTIPLEX: &[Spec] = &[
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
