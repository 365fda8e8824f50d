//! Apps that read whole configurations of Xray.
//!
//! Sources: XTLS/Xray-core `infra/conf`, xtls.github.io (`config`): no plugins of Shadowsocks, no HTTP/2 and no
//! QUIC as a transport any longer, Reality over plain TCP, XHTTP and gRPC alone, Hysteria 2 since 2026.

use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, TLS, TLS_OR_REALITY, Transport,
};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
    ],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
        Link(Transport::Xhttp, PLAIN_OR_TLS),
        Link(Transport::Kcp, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Grpc, ANY_SECURITY),
        Link(Transport::Xhttp, ANY_SECURITY),
        Link(Transport::Kcp, PLAIN_OR_TLS),
    ],
    flows: &["xtls-rprx-vision", "xtls-rprx-vision-udp443"],
    encryption: true,
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::TcpHttp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS),
        Link(Transport::HttpUpgrade, TLS),
        Link(Transport::Grpc, TLS_OR_REALITY),
        Link(Transport::Xhttp, TLS_OR_REALITY),
    ],
    hysteria: &[Hysteria {
        version: 2,
        obfuscations: &["salamander"],
    }],
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    ..Capability::NOTHING
};
