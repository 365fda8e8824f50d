//! Quantumult X.
//!
//! Sources: crossutility/Quantumult-X, `sample.conf`.

use super::table::{
    ANY_SECURITY, Capability, Link, PLAIN_OR_TLS, Plugin, Security, TLS_OR_REALITY, Transport,
};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "none",
    ],
    plugins: &[Plugin::SimpleObfs],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, &[Security::Plain]),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, &[Security::Plain]),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS_OR_REALITY),
    ],
    anytls: true,
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    ..Capability::NOTHING
};
