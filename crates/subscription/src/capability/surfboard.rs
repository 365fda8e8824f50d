//! Surfboard.
//!
//! Sources: getsurfboard.com/docs (`profile-format/proxy`).

use super::table::{Capability, Link, PLAIN_OR_TLS, Plugin, TLS, Transport};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
    ],
    plugins: &[Plugin::SimpleObfs],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    trojan: &[Link(Transport::Tcp, TLS), Link(Transport::WebSocket, TLS)],
    anytls: true,
    ..Capability::NOTHING
};
