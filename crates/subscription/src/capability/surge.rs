//! Surge.
//!
//! Sources: manual.nssurge.com (`policies/*.html`).

use ferroboard_protocol::Protocol::Hysteria as HYSTERIA;

use super::table::{Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, TLS, Transport, Tuic};
use super::version::since_for;

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
    ],
    plugins: &[Plugin::SimpleObfs],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    trojan: &[Link(Transport::Tcp, TLS), Link(Transport::WebSocket, TLS)],
    hysteria: &[Hysteria {
        version: 2,
        obfuscations: &["salamander"],
    }],
    tuic: Tuic {
        versions: &[4, 5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    versions: &[since_for("surge", HYSTERIA, "version", "2", "2398")],
    ..Capability::NOTHING
};
