//! Apps that read a list of addresses: v2rayN, v2rayNG, Passwall and their like, with Xray's core or
//! sing-box's.
//!
//! Sources: 2dust/v2rayN `ServiceLib/Handler/Fmt`, 2dust/v2rayNG `fmt`, SIP002 for Shadowsocks.

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
        "chacha20-poly1305",
        "xchacha20-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
        "none",
        "plain",
    ],
    // What an app does not know it leaves out of the node, which then never connects.
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
    flows: &["xtls-rprx-vision", "xtls-rprx-vision-udp443"],
    encryption: true,
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::TcpHttp, TLS_OR_REALITY),
        Link(Transport::Kcp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS_OR_REALITY),
        Link(Transport::HttpUpgrade, TLS_OR_REALITY),
        Link(Transport::Http2, TLS_OR_REALITY),
        Link(Transport::Grpc, TLS_OR_REALITY),
        Link(Transport::Xhttp, TLS_OR_REALITY),
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
        // Addresses of version 4 never had a common form.
        versions: &[5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    // `socks://` has no word for TLS.
    socks: &[Security::Plain],
    http: PLAIN_OR_TLS,
    versions: &[
        since_for("v2rayng", HYSTERIA, "version", "2", "1.9.5"),
        since_for("v2rayn", HYSTERIA, "version", "2", "6.31"),
    ],
    ..Capability::NOTHING
};
