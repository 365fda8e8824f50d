//! From selected nodes to a document.

use std::collections::{HashMap, HashSet};

use ferroboard_kernel::{Random, Zone};

use crate::{Client, Document, ExportNode, Format, Subscriber, Templates, formats, rules};

/// What configurations say of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its address, as set by an administrator.
    pub url: Option<String>,
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
    export.nodes.retain(|node| rules::keeps(client, node));
    if are_names_keys(client.format) {
        make_names_distinct(&mut export.nodes);
    }
    match client.format {
        Format::Loon => formats::loon::document(&export),
        Format::QuantumultX => formats::quantumult_x::document(&export),
        Format::Shadowrocket => formats::shadowrocket::document(&export),
        Format::Shadowsocks => formats::shadowsocks::document(&export),
        Format::Surfboard => formats::surfboard::document(&export),
        Format::Surge => formats::surge::document(&export),
        _ => formats::general::document(&export),
    }
}

/// Whether groups of the format name nodes, which then must not share a name.
const fn are_names_keys(format: Format) -> bool {
    match format {
        Format::Clash
        | Format::ClashMeta
        | Format::SingBox
        | Format::Stash
        | Format::Surfboard
        | Format::Surge => true,
        Format::General
        | Format::Loon
        | Format::QuantumultX
        | Format::Shadowrocket
        | Format::Shadowsocks => false,
    }
}

/// Puts ` 2`, ` 3` behind names that were there before.
fn make_names_distinct(nodes: &mut [ExportNode]) {
    let mut taken: HashSet<String> = HashSet::with_capacity(nodes.len());
    let mut uses: HashMap<String, u32> = HashMap::new();
    for node in nodes {
        if !taken.contains(&node.name) {
            taken.insert(node.name.clone());
            continue;
        }
        let number = uses.entry(node.name.clone()).or_insert(1);
        node.name = loop {
            *number += 1;
            let name = format!("{} {number}", node.name);
            if taken.insert(name.clone()) {
                break name;
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Protocol;
    use serde_json::json;

    use super::*;
    use crate::testing::a_node;

    #[test]
    fn no_two_nodes_share_a_name() {
        let named = |name: &str| ExportNode {
            name: name.into(),
            ..a_node(Protocol::Vmess, &json!({}))
        };
        let mut nodes: Vec<_> = ["a", "a 2", "a", "b", "a", "a 2"].map(named).into();
        make_names_distinct(&mut nodes);
        let names: Vec<_> = nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["a", "a 2", "a 3", "b", "a 4", "a 2 2"]);
    }

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
