//! Egern.
//!
//! Sources: egernapp.com/docs (`configuration/proxies`).

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, Security, TLS, TLS_OR_REALITY,
    Transport, Tuic,
};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "none",
    ],
    plugins: &[Plugin::SimpleObfs],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, &[Security::Plain]),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, &[Security::Plain]),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, TLS_OR_REALITY),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS),
    ],
    hysteria: &[Hysteria {
        version: 2,
        obfuscations: &["salamander"],
    }],
    tuic: Tuic {
        versions: &[5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    ..Capability::NOTHING
};
