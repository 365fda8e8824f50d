/// A type of node (`v2_server.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// Shadowsocks.
    Shadowsocks,
    /// `VMess`.
    Vmess,
    /// Trojan.
    Trojan,
    /// VLESS.
    Vless,
    /// Hysteria, of either version.
    Hysteria,
    /// TUIC.
    Tuic,
    /// `AnyTLS`.
    Anytls,
    /// SOCKS.
    Socks,
    /// Naive.
    Naive,
    /// HTTP.
    Http,
    /// Mieru.
    Mieru,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Self; 11] = [
        Self::Shadowsocks,
        Self::Vmess,
        Self::Trojan,
        Self::Vless,
        Self::Hysteria,
        Self::Tuic,
        Self::Anytls,
        Self::Socks,
        Self::Naive,
        Self::Http,
        Self::Mieru,
    ];

    /// The name in the database and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shadowsocks => "shadowsocks",
            Self::Vmess => "vmess",
            Self::Trojan => "trojan",
            Self::Vless => "vless",
            Self::Hysteria => "hysteria",
            Self::Tuic => "tuic",
            Self::Anytls => "anytls",
            Self::Socks => "socks",
            Self::Naive => "naive",
            Self::Http => "http",
            Self::Mieru => "mieru",
        }
    }

    /// The protocol with exactly this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }

    /// The protocol that agents and clients call so, in any letter case: its name, or `v2ray` for
    /// `VMess` and `hysteria2` for Hysteria.
    pub fn from_alias(alias: &str) -> Option<Self> {
        match alias.to_ascii_lowercase().as_str() {
            "v2ray" => Some(Self::Vmess),
            "hysteria2" => Some(Self::Hysteria),
            name => Self::named(name),
        }
    }
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_found_by_its_name_and_by_its_aliases() {
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::named(protocol.name()), Some(protocol));
            let shouted = protocol.name().to_ascii_uppercase();
            assert_eq!(Protocol::named(&shouted), None);
            assert_eq!(Protocol::from_alias(&shouted), Some(protocol));
        }
        assert_eq!(Protocol::from_alias("V2ray"), Some(Protocol::Vmess));
        assert_eq!(Protocol::from_alias("hysteria2"), Some(Protocol::Hysteria));
        for unknown in ["", "v2node", "wireguard", " vmess"] {
            assert_eq!(Protocol::from_alias(unknown), None, "{unknown}");
        }
        assert_eq!(Protocol::named("v2ray"), None);
    }
}
