//! Holding a node against the table.

use ferroboard_protocol::Protocol;

use super::Obstacle;
use super::table::{Capability, Link, Security, Transport};
use super::values;
use crate::{Client, ExportNode, ech};

impl Capability {
    /// Whether the client can express the node, and if not, what of it.
    pub(super) fn judge(&self, client: &Client, node: &ExportNode) -> Result<(), Obstacle> {
        match node.protocol {
            Protocol::Shadowsocks => self.shadowsocks(node)?,
            Protocol::Vmess => layered(self.vmess, node)?,
            Protocol::Vless => {
                layered(self.vless, node)?;
                self.flow_and_encryption(node)?;
            }
            Protocol::Trojan => layered(self.trojan, node)?,
            Protocol::Hysteria => self.hysteria(node)?,
            Protocol::Tuic => self.tuic(node)?,
            Protocol::Anytls => require(self.anytls, Obstacle::Protocol)?,
            Protocol::Socks => plain(self.socks, node)?,
            Protocol::Http => plain(self.http, node)?,
            Protocol::Naive => plain(self.naive, node)?,
            Protocol::Mieru => self.mieru(node)?,
        }
        self.multiplex(node)?;
        self.encrypted_hello(node)?;
        self.version(client, node)?;
        values::check(client.format, node)?;
        (self.further)(client, node)
    }

    fn shadowsocks(&self, node: &ExportNode) -> Result<(), Obstacle> {
        require(!self.ciphers.is_empty(), Obstacle::Protocol)?;
        let cipher = node.settings.text("cipher").unwrap_or_default();
        require(self.ciphers.contains(&cipher), Obstacle::Cipher)?;
        let plugin = node.plugin();
        let known = plugin.is_none_or(|plugin| self.plugins.contains(&plugin));
        require(known, Obstacle::Plugin)
    }

    fn flow_and_encryption(&self, node: &ExportNode) -> Result<(), Obstacle> {
        let flow = node.flow();
        let known = flow.is_none_or(|flow| self.flows.contains(&flow));
        require(known, Obstacle::Flow)?;
        require(
            self.encryption || node.encryption().is_none(),
            Obstacle::Encryption,
        )
    }

    fn hysteria(&self, node: &ExportNode) -> Result<(), Obstacle> {
        let version = node.settings.integer("version");
        let known = self
            .hysteria
            .iter()
            .find(|own| Some(own.version) == version);
        let known = known.ok_or(Obstacle::Protocol)?;
        if version == Some(1) {
            return Ok(());
        }
        let obfuscation = node.obfuscation();
        let is_known = obfuscation.is_none_or(|kind| known.obfuscations.contains(&kind));
        require(is_known, Obstacle::Obfuscation)
    }

    fn tuic(&self, node: &ExportNode) -> Result<(), Obstacle> {
        let version = node.settings.integer("version").unwrap_or(5);
        require(self.tuic.versions.contains(&version), Obstacle::Protocol)?;
        let control = node.congestion_control();
        let relay = node.relay_mode();
        let known = self.tuic.congestion_controls.contains(&control)
            && self.tuic.relay_modes.contains(&relay);
        require(known, Obstacle::CongestionControl)
    }

    fn mieru(&self, node: &ExportNode) -> Result<(), Obstacle> {
        require(!self.mieru.is_empty(), Obstacle::Protocol)?;
        let transport = node
            .filled("transport")
            .unwrap_or("TCP")
            .to_ascii_uppercase();
        require(
            self.mieru.contains(&transport.as_str()),
            Obstacle::Transport,
        )
    }

    fn multiplex(&self, node: &ExportNode) -> Result<(), Obstacle> {
        let Some(known) = self.multiplex else {
            return Ok(());
        };
        let protocol = node.multiplex_protocol();
        let is_known = protocol.is_none_or(|protocol| known.contains(&protocol));
        require(is_known, Obstacle::Multiplex)
    }

    fn encrypted_hello(&self, node: &ExportNode) -> Result<(), Obstacle> {
        let hello = node.encrypted_hello().filter(|_| self.encrypted_hello);
        let config = hello.and_then(|hello| hello.config);
        let is_readable = config.is_none_or(|config| ech::without_armour(config).is_some());
        require(is_readable, Obstacle::EncryptedHello)
    }

    fn version(&self, client: &Client, node: &ExportNode) -> Result<(), Obstacle> {
        if client.version.is_none() && !self.unversioned_is_old {
            return Ok(());
        }
        let mut rules = self.versions.iter();
        let is_reached =
            rules.all(|rule| !rule.concerns(client, node) || client.reaches(rule.since));
        require(is_reached, Obstacle::Version)
    }
}

fn require(condition: bool, otherwise: Obstacle) -> Result<(), Obstacle> {
    if condition { Ok(()) } else { Err(otherwise) }
}

fn layered(links: &[Link], node: &ExportNode) -> Result<(), Obstacle> {
    require(!links.is_empty(), Obstacle::Protocol)?;
    let transport = node.transport();
    let link = links.iter().find(|Link(own, _)| *own == transport);
    let Link(_, securities) = link.ok_or(Obstacle::Transport)?;
    require(securities.contains(&node.security()), Obstacle::Security)
}

fn plain(securities: &[Security], node: &ExportNode) -> Result<(), Obstacle> {
    require(!securities.is_empty(), Obstacle::Protocol)?;
    require(securities.contains(&node.security()), Obstacle::Security)
}

impl ExportNode {
    /// What is below the protocol; plain TCP where nothing is set.
    pub(crate) fn transport(&self) -> Transport {
        match self.network() {
            "tcp" if self.header_type() == Some("http") => Transport::TcpHttp,
            "tcp" if self.header_type().is_some() => Transport::Unknown,
            "" | "tcp" => Transport::Tcp,
            "ws" => Transport::WebSocket,
            "grpc" => Transport::Grpc,
            "h2" => Transport::Http2,
            "httpupgrade" => Transport::HttpUpgrade,
            "xhttp" => Transport::Xhttp,
            "kcp" => Transport::Kcp,
            "quic" => Transport::Quic,
            _ => Transport::Unknown,
        }
    }

    /// The layer that hides the traffic. Trojan has none without TLS, and `VMess` no Reality.
    pub(crate) fn security(&self) -> Security {
        match (self.protocol, self.tls()) {
            (Protocol::Vless | Protocol::Trojan, 2) => Security::Reality,
            (Protocol::Trojan, _) => Security::Tls,
            (_, 0) => Security::Plain,
            _ => Security::Tls,
        }
    }

    /// The flow of VLESS; `none` is none.
    pub(crate) fn flow(&self) -> Option<&str> {
        self.filled("flow").filter(|flow| *flow != "none")
    }

    /// The encryption of VLESS, where it is switched on; `none` is none.
    pub(crate) fn encryption(&self) -> Option<&str> {
        self.filled("encryption.encryption")
            .filter(|_| self.settings.flag("encryption.enabled"))
            .filter(|encryption| *encryption != "none")
    }

    /// The kind of obfuscation of Hysteria 2, where it is switched on.
    pub(crate) fn obfuscation(&self) -> Option<&str> {
        let kind = self.filled("obfs.type").unwrap_or("salamander");
        self.settings.flag("obfs.open").then_some(kind)
    }

    /// How TUIC answers congestion.
    pub(crate) fn congestion_control(&self) -> &str {
        self.filled("congestion_control").unwrap_or("cubic")
    }

    /// How TUIC carries UDP.
    pub(crate) fn relay_mode(&self) -> &str {
        self.filled("udp_relay_mode").unwrap_or("native")
    }

    /// The protocol of multiplexing, where it is switched on.
    pub(crate) fn multiplex_protocol(&self) -> Option<&str> {
        let protocol = self.filled("multiplex.protocol").unwrap_or("yamux");
        self.settings.flag("multiplex.enabled").then_some(protocol)
    }

    /// Both bandwidths of TCP Brutal below multiplexing, where it is switched on and has both.
    pub(crate) fn brutal(&self) -> Option<(i64, i64)> {
        let up = self.positive("multiplex.brutal.up_mbps")?;
        let down = self.positive("multiplex.brutal.down_mbps")?;
        self.settings
            .flag("multiplex.brutal.enabled")
            .then_some((up, down))
    }

    /// Encrypted client hello, where it is switched on.
    pub(crate) fn encrypted_hello(&self) -> Option<ech::ClientHello<'_>> {
        let path = match self.protocol {
            Protocol::Hysteria | Protocol::Tuic | Protocol::Anytls => "tls.ech",
            _ if self.security() == Security::Tls => "tls_settings.ech",
            _ => return None,
        };
        ech::of(self, path)
    }
}
