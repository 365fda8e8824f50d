//! Stash.
//!
//! Sources: stash.wiki (`proxy-protocols/proxy-types`) and its changelog: VLESS with Vision and Reality
//! since 3.1, SS-2022 since 3.0, Hysteria 2 since 2.5; no HTTP upgrade, XHTTP, mKCP or QUIC, no
//! Reality below Trojan; Reality over plain TCP alone, and Trojan over plain TCP, WebSocket and gRPC.

use ferroboard_protocol::Protocol::{Hysteria as HYSTERIA, Shadowsocks, Vless};

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, TLS, Transport, Tuic,
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
    ],
    plugins: &[Plugin::SimpleObfs, Plugin::V2rayWebSocket],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[
        Link(Transport::Tcp, TLS),
        Link(Transport::WebSocket, TLS),
        Link(Transport::Grpc, TLS),
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
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    versions: &[
        since_for("stash", Vless, "tls", "2", "3.1.0"),
        since_for("stash", Vless, "flow", "xtls-rprx-vision", "3.1.0"),
        since_for("stash", HYSTERIA, "version", "1", "2.0.0"),
        since_for("stash", HYSTERIA, "version", "2", "2.5.0"),
        since_for(
            "stash",
            Shadowsocks,
            "cipher",
            "2022-blake3-aes-128-gcm",
            "3.0.0",
        ),
        since_for(
            "stash",
            Shadowsocks,
            "cipher",
            "2022-blake3-aes-256-gcm",
            "3.0.0",
        ),
        since_for(
            "stash",
            Shadowsocks,
            "cipher",
            "2022-blake3-chacha20-poly1305",
            "3.0.0",
        ),
    ],
    unversioned_is_old: true,
    ..Capability::NOTHING
};
