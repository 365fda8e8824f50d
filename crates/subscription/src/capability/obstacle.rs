//! Why a client's document is written without a node.

use std::fmt;

/// What of a node a client cannot express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Obstacle {
    /// Its protocol, or that version of it.
    Protocol,
    /// The transport below the protocol.
    Transport,
    /// TLS or Reality, or their absence, over this transport.
    Security,
    /// The cipher of Shadowsocks.
    Cipher,
    /// The plugin of Shadowsocks.
    Plugin,
    /// The flow of VLESS.
    Flow,
    /// The encryption of VLESS.
    Encryption,
    /// The protocol of multiplexing.
    Multiplex,
    /// The obfuscation of Hysteria.
    Obfuscation,
    /// The congestion control or the relay mode of TUIC.
    CongestionControl,
    /// A missing bandwidth, without which Hysteria 1 does not start.
    Bandwidth,
    /// A key or short id of Reality that is none.
    RealityKey,
    /// A configuration of encrypted client hello that is none.
    EncryptedHello,
    /// The address: no host, or one that the format cannot hold.
    Address,
    /// A value that the format has no way to write.
    Value,
    /// The client's version, which is too low for the node.
    Version,
}

impl Obstacle {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 16] = [
        Self::Protocol,
        Self::Transport,
        Self::Security,
        Self::Cipher,
        Self::Plugin,
        Self::Flow,
        Self::Encryption,
        Self::Multiplex,
        Self::Obfuscation,
        Self::CongestionControl,
        Self::Bandwidth,
        Self::RealityKey,
        Self::EncryptedHello,
        Self::Address,
        Self::Value,
        Self::Version,
    ];
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "protocol",
            Self::Transport => "transport",
            Self::Security => "security",
            Self::Cipher => "cipher",
            Self::Plugin => "plugin",
            Self::Flow => "flow",
            Self::Encryption => "encryption",
            Self::Multiplex => "multiplex",
            Self::Obfuscation => "obfuscation",
            Self::CongestionControl => "congestion control",
            Self::Bandwidth => "bandwidth",
            Self::RealityKey => "Reality key",
            Self::EncryptedHello => "encrypted hello",
            Self::Address => "address",
            Self::Value => "value",
            Self::Version => "version",
        })
    }
}
