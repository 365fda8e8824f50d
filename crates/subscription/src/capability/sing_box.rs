//! sing-box, and the clients around it.
//!
//! Sources: sing-box.sagernet.org (`configuration/outbound`, `configuration/shared`, `migration`) and
//! SagerNet/sing-box: members that a version does not know, ciphers, flows and plugins that it does
//! not know, and QUIC without TLS are errors, and one stops the whole document.

use ferroboard_protocol::Protocol::{Hysteria as HYSTERIA, Vless};

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, TLS, TLS_OR_REALITY, Transport,
    Tuic,
};
use super::version::since_for;

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
        "none",
    ],
    plugins: &[
        Plugin::SimpleObfs,
        Plugin::V2rayWebSocket,
        Plugin::V2rayQuic,
    ],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Http2, PLAIN_OR_TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
        Link(Transport::Quic, TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, ANY_SECURITY),
        Link(Transport::WebSocket, ANY_SECURITY),
        Link(Transport::HttpUpgrade, ANY_SECURITY),
        Link(Transport::Http2, ANY_SECURITY),
        Link(Transport::Grpc, ANY_SECURITY),
        Link(Transport::Quic, TLS),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::TcpHttp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS_OR_REALITY),
        Link(Transport::HttpUpgrade, TLS_OR_REALITY),
        Link(Transport::Http2, TLS_OR_REALITY),
        Link(Transport::Grpc, TLS_OR_REALITY),
        Link(Transport::Quic, TLS),
    ],
    multiplex: Some(&["smux", "yamux", "h2mux"]),
    encrypted_hello: true,
    hysteria: &[
        Hysteria {
            version: 1,
            obfuscations: &[],
        },
        Hysteria {
            version: 2,
            obfuscations: &["salamander"],
        },
    ],
    tuic: Tuic {
        versions: &[5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    versions: &[
        since_for("sing-box", Vless, "flow", "xtls-rprx-vision", "1.5.0"),
        since_for("sing-box", Vless, "tls", "2", "1.6.0"),
        since_for("sing-box", HYSTERIA, "version", "2", "1.5.0"),
    ],
    ..Capability::NOTHING
};
