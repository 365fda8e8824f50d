//! The columns of the table: what the clients of one family can express. Each family fills them in
//! a file of its own, beside the place where its manual or its source says so.

use super::Obstacle;
use super::version::VersionRule;
use crate::{Client, ExportNode};

/// What goes between a protocol and TCP or UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Nothing.
    Tcp,
    /// TCP that begins like an HTTP request.
    TcpHttp,
    WebSocket,
    Grpc,
    Http2,
    HttpUpgrade,
    Xhttp,
    Kcp,
    Quic,
    /// What no client knows.
    Unknown,
}

/// The layer that hides the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    Plain,
    Tls,
    Reality,
}

/// A plugin of Shadowsocks, by what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plugin {
    /// `obfs`, `obfs-local`, `simple-obfs`.
    SimpleObfs,
    /// `v2ray-plugin` over WebSocket, without TLS or with it.
    V2rayWebSocket,
    /// `v2ray-plugin` over QUIC.
    V2rayQuic,
    ShadowTls,
    Restls,
    Kcptun,
    Unknown,
}

/// The layers that a transport may have.
pub(crate) struct Link(pub(super) Transport, pub(super) &'static [Security]);

/// No layer, or TLS.
pub(super) const PLAIN_OR_TLS: &[Security] = &[Security::Plain, Security::Tls];
/// TLS alone.
pub(super) const TLS: &[Security] = &[Security::Tls];
pub(super) const TLS_OR_REALITY: &[Security] = &[Security::Tls, Security::Reality];
/// Any layer.
pub(super) const ANY_SECURITY: &[Security] = &[Security::Plain, Security::Tls, Security::Reality];

/// The ciphers of Shadowsocks that nearly every client knows.
pub(super) const AEAD_CIPHERS: &[&str] = &[
    "aes-128-gcm",
    "aes-192-gcm",
    "aes-256-gcm",
    "chacha20-ietf-poly1305",
];

/// A version of Hysteria.
pub(crate) struct Hysteria {
    pub(super) version: i64,
    /// The kinds of obfuscation; the first version has one kind without a name.
    pub(super) obfuscations: &'static [&'static str],
}

/// TUIC, or none of it where there are no versions.
pub(crate) struct Tuic {
    pub(super) versions: &'static [i64],
    pub(super) congestion_controls: &'static [&'static str],
    pub(super) relay_modes: &'static [&'static str],
}

/// What the clients of one family can express. An empty list means: nothing of it.
pub(crate) struct Capability {
    /// The ciphers of Shadowsocks.
    pub(super) ciphers: &'static [&'static str],
    pub(super) plugins: &'static [Plugin],
    pub(super) vmess: &'static [Link],
    pub(super) vless: &'static [Link],
    /// The flows of VLESS.
    pub(super) flows: &'static [&'static str],
    /// Whether VLESS may be encrypted below its transport.
    pub(super) encryption: bool,
    pub(super) trojan: &'static [Link],
    /// The protocols of multiplexing, where the format tells of it at all: a node that offers it
    /// serves clients without it, too.
    pub(super) multiplex: Option<&'static [&'static str]>,
    /// Whether the format tells of encrypted client hello; a node that offers it serves clients
    /// without it, too.
    pub(super) encrypted_hello: bool,
    pub(super) hysteria: &'static [Hysteria],
    pub(super) tuic: Tuic,
    pub(super) anytls: bool,
    pub(super) socks: &'static [Security],
    pub(super) http: &'static [Security],
    pub(super) naive: &'static [Security],
    /// Mieru, by what is below it.
    pub(super) mieru: &'static [&'static str],
    /// What needs which version of which client.
    pub(super) versions: &'static [VersionRule],
    /// Whether a client that tells no version counts as the oldest one; else as the newest.
    pub(super) unversioned_is_old: bool,
    /// What does not fit into columns.
    pub(super) further: fn(&Client, &ExportNode) -> Result<(), Obstacle>,
}

impl Capability {
    /// Nothing at all.
    pub(super) const NOTHING: Self = Self {
        ciphers: &[],
        plugins: &[],
        vmess: &[],
        vless: &[],
        flows: &[],
        encryption: false,
        trojan: &[],
        multiplex: None,
        encrypted_hello: false,
        hysteria: &[],
        tuic: Tuic {
            versions: &[],
            congestion_controls: &[],
            relay_modes: &[],
        },
        anytls: false,
        socks: &[],
        http: &[],
        naive: &[],
        mieru: &[],
        versions: &[],
        unversioned_is_old: false,
        further: |_, _| Ok(()),
    };
}
