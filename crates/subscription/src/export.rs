//! From selected nodes to a document.

use ferroboard_kernel::{Random, Zone};
use ferroboard_protocol::Protocol;

use crate::formats::{line, surge_family};
use crate::names::Names;
use crate::{
    Client, Document, ExportNode, Format, Subscriber, TemplateName, Templates, capability, formats,
};

/// What configurations say of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its address, as set by an administrator.
    pub url: Option<String>,
    /// Where subscribers find help.
    pub support_url: Option<String>,
    /// What clients show above the nodes.
    pub announcement: Option<String>,
    /// The subscriber's own link.
    pub link: String,
    /// The path of that link.
    pub path: String,
    /// Where this request came to.
    pub host: Option<Host>,
    /// In which zone dates are shown.
    pub zone: Zone,
}

/// The host that a request names, known to be nothing but a name or an address, and perhaps a port:
/// it is written into configurations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    authority: String,
    name_length: usize,
}

impl Host {
    /// Reads the value of a `Host` header.
    pub fn parse(header: &str) -> Option<Self> {
        let (name, port) = match header.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, Some(port)),
            _ => (header, None),
        };
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
        let is_name = match name.strip_prefix('[').and_then(|v6| v6.strip_suffix(']')) {
            Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !name.is_empty() && name.len() <= 253 && name.chars().all(of_name),
        };
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
        (is_name && is_port).then(|| Self {
            authority: header.to_owned(),
            name_length: name.len(),
        })
    }

    /// Name and port, as they stand in an address.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The name without the port.
    pub fn name(&self) -> &str {
        self.authority.get(..self.name_length).unwrap_or_default()
    }
}

/// Everything of which a configuration is made.
pub struct Export<'a> {
    /// The site.
    pub site: &'a Site,
    /// The account.
    pub subscriber: &'a Subscriber,
    /// The nodes, in their order.
    pub nodes: Vec<ExportNode>,
    /// The templates of the formats that have one.
    pub templates: &'a Templates,
    /// Chance, for values of which one is to be drawn.
    pub random: &'a dyn Random,
}

/// Writes the configuration in the client's format, without the nodes that it cannot read.
pub fn export(client: &Client, mut export: Export<'_>) -> Document {
    let mut client = client.clone();
    if formats::xray_json::is_better_as_links(&client, &export.nodes) {
        client.format = Format::General;
    }
    let client = &client;
    export
        .nodes
        .retain(|node| capability::obstacle(client, node).is_none());
    name_nodes(client.format, &mut export);
    let document = match client.format {
        Format::Clash => formats::clash::document(&export),
        Format::ClashMeta => formats::clash_meta::document(&export),
        Format::Egern => formats::egern::document(&export),
        Format::General => formats::general::document(&export),
        Format::Loon => formats::loon::document(&export),
        Format::QuantumultX => formats::quantumult_x::document(&export),
        Format::Shadowrocket => formats::shadowrocket::document(&export),
        Format::Shadowsocks => formats::shadowsocks::document(&export),
        Format::SingBox => formats::sing_box::document(client, &export),
        Format::Stash => formats::stash::document(&export),
        Format::Surfboard => formats::surfboard::document(&export),
        Format::Surge => formats::surge::document(&export),
        Format::XrayJson => formats::xray_json::document(&export),
    };
    document.for_clients(&export)
}

/// Gives a name to every node, and to each another one where nodes are lines: apps tell them apart by
/// it, and refuse a profile in which a group names two. The other formats with groups have names in
/// their templates as well.
fn name_nodes(format: Format, export: &mut Export<'_>) {
    let mut names = Names::default();
    let template = match format {
        Format::Surfboard => export.templates.text(TemplateName::Surfboard),
        Format::Surge => export.templates.text(TemplateName::Surge),
        _ => "",
    };
    for name in line::BUILT_IN
        .into_iter()
        .chain(surge_family::names(template))
    {
        names.reserve(name);
    }
    let is_line = matches!(
        format,
        Format::Loon | Format::QuantumultX | Format::Surfboard | Format::Surge
    );
    for node in &mut export.nodes {
        if line::plain(&node.name).is_empty() {
            node.name.clone_from(&node.host);
        }
        if is_line {
            node.name = names.claim(&line::plain(&node.name));
        }
    }
}

/// Writes the nodes as Clash knows them, for client programs with a core of their own: only the
/// protocols and ciphers that the first of these programs had.
pub fn export_for_program(mut export: Export<'_>) -> Document {
    let known = [Protocol::Shadowsocks, Protocol::Vmess, Protocol::Trojan];
    export.nodes.retain(|node| known.contains(&node.protocol));
    self::export(&Client::detect("clash"), export)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_ports_are_hosts() {
        for (header, name) in [
            ("demo.test", "demo.test"),
            ("demo.test:8080", "demo.test"),
            ("10.0.0.1:80", "10.0.0.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("[2001:db8::1]:443", "[2001:db8::1]"),
        ] {
            let host = Host::parse(header).unwrap();
            assert_eq!((host.name(), host.authority()), (name, header));
        }
        for header in [
            "", ":80", "a,DIRECT", "a b", "a\r\nx", "a:b", "a:99999", "a/b", "[::1", "::1",
            "é.test",
        ] {
            assert_eq!(Host::parse(header), None, "{header:?}");
        }
    }
}
