//! Shadowrocket, whose addresses are its own.
//!
//! Sources: the app's own export of its addresses, as panels of this family and subconverters read it.

use ferroboard_protocol::Protocol::Hysteria as HYSTERIA;

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, Security, TLS_OR_REALITY,
    Transport, Tuic,
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
    plugins: &[Plugin::SimpleObfs, Plugin::V2rayWebSocket],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Http2, PLAIN_OR_TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
        Link(Transport::Xhttp, PLAIN_OR_TLS),
        Link(Transport::Kcp, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, ANY_SECURITY),
        Link(Transport::WebSocket, ANY_SECURITY),
        Link(Transport::HttpUpgrade, ANY_SECURITY),
        Link(Transport::Http2, ANY_SECURITY),
        Link(Transport::Grpc, ANY_SECURITY),
        Link(Transport::Xhttp, ANY_SECURITY),
        Link(Transport::Kcp, ANY_SECURITY),
    ],
    flows: &["xtls-rprx-vision"],
    encryption: true,
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS_OR_REALITY),
        Link(Transport::HttpUpgrade, TLS_OR_REALITY),
        Link(Transport::Http2, TLS_OR_REALITY),
        Link(Transport::Grpc, TLS_OR_REALITY),
    ],
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
        versions: &[4, 5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    socks: &[Security::Plain],
    versions: &[since_for("shadowrocket", HYSTERIA, "version", "2", "1993")],
    ..Capability::NOTHING
};
