//! Clash's first core, and Clash Premium.
//!
//! Sources: the configuration reference of Dreamacro/clash (wiki, `docs/configuration`) and its
//! `adapter/outbound`: simple-obfs and v2ray-plugin over WebSocket; HTTP/2 and gRPC demand TLS ("TLS
//! must be true with h2/grpc network"), and one proxy that is refused stops the whole document.

use super::table::{AEAD_CIPHERS, Capability, Link, PLAIN_OR_TLS, Plugin, TLS, Transport};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: AEAD_CIPHERS,
    plugins: &[Plugin::SimpleObfs, Plugin::V2rayWebSocket],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, TLS),
    ],
    trojan: &[
        Link(Transport::Tcp, TLS),
        Link(Transport::WebSocket, TLS),
        Link(Transport::Grpc, TLS),
    ],
    socks: PLAIN_OR_TLS,
    http: PLAIN_OR_TLS,
    ..Capability::NOTHING
};
