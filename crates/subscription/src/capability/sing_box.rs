//! sing-box, and the clients around it.
//!
//! Sources: sing-box.sagernet.org (`configuration/outbound`, `configuration/shared`, `migration`) and
//! SagerNet/sing-box: members that a version does not know, ciphers, flows and plugins that it does
//! not know, and QUIC without TLS are errors, and one stops the whole document.

use std::cmp::Ordering;

use ferroboard_protocol::Protocol;

use super::Obstacle;
use super::table::{
    ANY_SECURITY, Capability, Hysteria, Link, PLAIN_OR_TLS, Plugin, Security, TLS, TLS_OR_REALITY,
    Transport, Tuic,
};
use crate::{Client, ExportNode, version};

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
        Plugin::V2rayQuic,
    ],
    vmess: &[
        Link(Transport::Tcp, PLAIN_OR_TLS),
        Link(Transport::TcpHttp, PLAIN_OR_TLS),
        Link(Transport::WebSocket, PLAIN_OR_TLS),
        Link(Transport::HttpUpgrade, PLAIN_OR_TLS),
        Link(Transport::Http2, PLAIN_OR_TLS),
        Link(Transport::Grpc, PLAIN_OR_TLS),
        Link(Transport::Quic, TLS),
    ],
    vless: &[
        Link(Transport::Tcp, ANY_SECURITY),
        Link(Transport::TcpHttp, ANY_SECURITY),
        Link(Transport::WebSocket, ANY_SECURITY),
        Link(Transport::HttpUpgrade, ANY_SECURITY),
        Link(Transport::Http2, ANY_SECURITY),
        Link(Transport::Grpc, ANY_SECURITY),
        Link(Transport::Quic, TLS),
    ],
    flows: &["xtls-rprx-vision"],
    trojan: &[
        Link(Transport::Tcp, TLS_OR_REALITY),
        Link(Transport::TcpHttp, TLS_OR_REALITY),
        Link(Transport::WebSocket, TLS_OR_REALITY),
        Link(Transport::HttpUpgrade, TLS_OR_REALITY),
        Link(Transport::Http2, TLS_OR_REALITY),
        Link(Transport::Grpc, TLS_OR_REALITY),
        Link(Transport::Quic, TLS),
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
        versions: &[5],
        congestion_controls: &["cubic", "new_reno", "bbr"],
        relay_modes: &["native", "quic"],
    },
    anytls: true,
    socks: &[Security::Plain],
    http: PLAIN_OR_TLS,
    naive: TLS,
    further,
    ..Capability::NOTHING
};

fn further(client: &Client, node: &ExportNode) -> Result<(), Obstacle> {
    let is_known = |(minimum, is_needed): &(&str, bool)| {
        let core = client.sing_box_core();
        !is_needed || core.is_none_or(|core| version::compare(core, minimum) != Ordering::Less)
    };
    if !needs(node).iter().all(is_known) {
        return Err(Obstacle::Version);
    }
    let is_writable = match node.protocol {
        Protocol::Shadowsocks => {
            let options = node.plugin_options();
            let mut values = options.iter().filter_map(|(_, value)| value);
            node.plugin().is_none()
                || !values.any(|value| value.contains('\\'))
                    && options.value("path").is_none_or(is_path)
        }
        Protocol::Naive => return naive(client, node),
        _ => {
            let request = node.texts("network_settings.header.request.path");
            let mut paths = node.texts("network_settings.path").chain(request);
            paths.all(is_path)
        }
    };
    if is_writable {
        Ok(())
    } else {
        Err(Obstacle::Value)
    }
}

/// What came with a version of the core.
fn needs(node: &ExportNode) -> [(&'static str, bool); 7] {
    let is_hysteria2 = node.settings.integer("version") == Some(2);
    [
        ("1.3", node.protocol == Protocol::Tuic),
        ("1.5", node.protocol == Protocol::Hysteria && is_hysteria2),
        (
            "1.5",
            node.protocol == Protocol::Vless && node.flow().is_some(),
        ),
        ("1.6", node.security() == Security::Reality),
        ("1.8", node.transport() == Transport::HttpUpgrade),
        ("1.12", node.protocol == Protocol::Anytls),
        ("1.13", node.protocol == Protocol::Naive),
    ]
}

/// Naive comes with the project's own apps, not with every build of the core, and has no way to
/// trust any certificate.
fn naive(client: &Client, node: &ExportNode) -> Result<(), Obstacle> {
    let mut apps = ["sfa/", "sfi/", "sfm/", "sft/"].into_iter();
    if !apps.any(|app| client.agent.starts_with(app)) || client.sing_box_core().is_none() {
        return Err(Obstacle::Version);
    }
    if node.settings.flag("tls_settings.allow_insecure") {
        return Err(Obstacle::Value);
    }
    Ok(())
}

/// Whether the core can read the path, in which a percent sign begins an escape.
fn is_path(path: &str) -> bool {
    let mut escapes = path.split('%').skip(1);
    escapes.all(|behind| {
        let digits = behind.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
