//! Loon.
//!
//! Sources: nsloon.app/docs (`Node`), Loon0x00/LoonManual `docs/cn/node.md`: plain TCP, TCP that looks like
//! HTTP, and WebSocket; it takes any other transport for TCP.

use ferroboard_protocol::Protocol::{Hysteria as HYSTERIA, Trojan};

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, TLS, Transport,
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
    ],
    plugins: &[Plugin::SimpleObfs],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[Link(Transport::Tcp, TLS), Link(Transport::WebSocket, TLS)],
    hysteria: &[Hysteria {
        version: 2,
        obfuscations: &["salamander"],
    }],
    anytls: true,
    versions: &[
        since_for("loon", HYSTERIA, "version", "2", "637"),
        since_for("loon", Trojan, "tls", "0", "3.2.1"),
        since_for("loon", Trojan, "tls", "1", "3.2.1"),
    ],
    ..Capability::NOTHING
};
