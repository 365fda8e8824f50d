//! Mihomo, the core that was called Clash Meta, and the clients that have it.
//!
//! Sources: wiki.metacubex.one (`config/proxies`) and MetaCubeX/mihomo, `adapter/outbound`: a flow of
//! VLESS other than Vision, a kind of obfuscation other than salamander, a protocol of multiplexing
//! other than the three, and a cipher that is not listed are errors, and one stops the whole document.

use ferroboard_protocol::Protocol::Hysteria as HYSTERIA;

use super::Obstacle;
use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, TLS, TLS_OR_REALITY, Transport,
    Tuic,
};
use super::version::since_for;
use crate::{Client, ExportNode};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: &[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "aes-128-ccm",
        "aes-192-ccm",
        "aes-256-ccm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
        "aes-128-cfb",
        "aes-192-cfb",
        "aes-256-cfb",
        "aes-128-ctr",
        "aes-192-ctr",
        "aes-256-ctr",
        "rc4-md5",
        "chacha20-ietf",
        "xchacha20",
        "none",
    ],
    plugins: &[
        Plugin::SimpleObfs,
        Plugin::V2rayWebSocket,
        Plugin::ShadowTls,
        Plugin::Restls,
        Plugin::Kcptun,
    ],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, ANY_SECURITY),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Http2, TLS_OR_REALITY),
        Link(Transport::Grpc, ANY_SECURITY),
        Link(Transport::Xhttp, ANY_SECURITY),
    ],
    flows: &["xtls-rprx-vision"],
    encryption: true,
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS),
        Link(Transport::HttpUpgrade, TLS),
        Link(Transport::Grpc, TLS_OR_REALITY),
    ],
    multiplex: Some(&["smux", "yamux", "h2mux"]),
    encrypted_hello: true,
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
    mieru: &["TCP", "UDP"],
    versions: &[
        since_for("nekobox", HYSTERIA, "version", "2", "1.2.7"),
        since_for("clashmetaforandroid", HYSTERIA, "version", "2", "2.9.0"),
        since_for("verge", HYSTERIA, "version", "2", "1.3.8"),
        since_for("flclash", HYSTERIA, "version", "2", "0.8.0"),
    ],
    unversioned_is_old: true,
    further,
    ..Capability::NOTHING
};

/// How XHTTP may split its requests.
const XHTTP_MODES: [&str; 4] = ["auto", "packet-up", "stream-up", "stream-one"];

/// What plugins and XHTTP demand of their options.
fn further(_: &Client, node: &ExportNode) -> Result<(), Obstacle> {
    if node.transport() == Transport::Xhttp {
        let mode = node.filled("network_settings.mode").unwrap_or("auto");
        return if XHTTP_MODES.contains(&mode) {
            Ok(())
        } else {
            Err(Obstacle::Value)
        };
    }
    let Some(plugin) = node.plugin() else {
        return Ok(());
    };
    let options = node.plugin_options();
    let is_set = |name| options.value(name).is_some_and(|value| !value.is_empty());
    let is_complete = match plugin {
        Plugin::ShadowTls => is_set("host"),
        Plugin::Restls => {
            let hint = options.value("version-hint");
            is_set("host") && is_set("password") && matches!(hint, Some("tls12" | "tls13"))
        }
        Plugin::Kcptun => options.iter().all(|(name, value)| {
            let is_text = matches!(name, "key" | "crypt" | "mode");
            is_text || value.is_none_or(|value| value.parse::<u32>().is_ok())
        }),
        _ => true,
    };
    if is_complete {
        Ok(())
    } else {
        Err(Obstacle::Plugin)
    }
}
