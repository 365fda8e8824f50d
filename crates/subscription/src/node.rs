//! Nodes: as they are stored, and as one subscriber gets them.

use std::sync::Arc;

use ferroboard_kernel::{NodeId, Random, UnixSeconds};
use ferroboard_protocol::{Protocol, Settings, credentials};

use crate::ports::PortRange;

/// A node as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNode {
    /// The row in `v2_server`.
    pub id: NodeId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What subscribers see.
    pub name: String,
    /// Name or address, an IPv6 address without brackets.
    pub host: String,
    /// A port, a range of ports, or a list of both: `443,30000-30010`.
    pub port: String,
    /// Words by which subscribers may ask for it.
    pub tags: Vec<String>,
    /// The settings of its protocol.
    pub settings: Arc<Settings>,
    /// When it was made, or its parent where it has one: keys depend on it.
    pub keyed_at: UnixSeconds,
}

impl StoredNode {
    /// The node as the subscriber with this UUID gets it; `None` when it has no port.
    pub fn for_subscriber(&self, uuid: &str, random: &dyn Random) -> Option<ExportNode> {
        let (port, ports) = draw_port(&self.port, random)?;
        let password =
            credentials::client_password(self.protocol, &self.settings, self.keyed_at, uuid);
        Some(ExportNode {
            id: self.id,
            protocol: self.protocol,
            name: self.name.clone(),
            host: bare_host(&self.host).to_owned(),
            port,
            ports,
            password,
            tags: self.tags.clone(),
            settings: Arc::clone(&self.settings),
        })
    }
}

/// A node that is going to be written into a configuration.
#[derive(Debug, Clone)]
pub struct ExportNode {
    /// The row in `v2_server`.
    pub id: NodeId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What the subscriber sees.
    pub name: String,
    /// Name or address, an IPv6 address without brackets.
    pub host: String,
    /// Where to connect to; of a list the first, of a range one that was drawn.
    pub port: u16,
    /// All ports, where the node has more than one: `443,30000-30010`, without blanks, the lower one
    /// of a range first.
    pub ports: Option<String>,
    /// The subscriber's secret on this node.
    pub password: String,
    /// Words by which subscribers may ask for it.
    pub tags: Vec<String>,
    /// The settings of its protocol.
    pub settings: Arc<Settings>,
}

/// The host without what people type around it: blanks, and brackets around an IPv6 address.
fn bare_host(host: &str) -> &str {
    let host = host.trim();
    let inside = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inside.unwrap_or(host)
}

/// A port, and the whole list where there are more. Of several ports or ranges the first is meant,
/// while clients that hop are told all of them.
fn draw_port(text: &str, random: &dyn Random) -> Option<(u16, Option<String>)> {
    let ranges = PortRange::list(text)?;
    let first = ranges.first()?;
    let drawn = match first.last - first.first {
        0 => 0,
        span => random.below(u64::from(span) + 1),
    };
    let port = first.first.saturating_add(u16::try_from(drawn).ok()?);
    let is_one = ranges.len() == 1 && !first.is_written_as_range;
    let all = || ranges.iter().map(PortRange::to_string).collect::<Vec<_>>();
    Some((port, (!is_one).then(|| all().join(","))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{FirstDrawn, a_stored_node, new_year};

    /// Draws the last of any power of two.
    struct Ones;

    impl Random for Ones {
        fn fill(&self, buffer: &mut [u8]) {
            // Not all bits set: that number is drawn again for most bounds.
            buffer.fill(0x3f);
        }
    }

    #[test]
    fn a_port_is_drawn_from_the_first_of_the_list() {
        for (text, ports, all) in [
            ("443", 443..=443, None),
            (" 443 ", 443..=443, None),
            ("30000-30010", 30_000..=30_010, Some("30000-30010")),
            ("30010 - 30000", 30_000..=30_010, Some("30000-30010")),
            ("20000:20010", 20_000..=20_010, Some("20000-20010")),
            ("1-65535", 1..=65_535, Some("1-65535")),
            ("7-7", 7..=7, Some("7-7")),
            ("80,443", 80..=80, Some("80,443")),
            ("443,20000-50000", 443..=443, Some("443,20000-50000")),
            ("20000-20005/443", 20_000..=20_005, Some("20000-20005,443")),
            ("50-60, 443", 50..=60, Some("50-60,443")),
            ("50-60，70-80;90", 50..=60, Some("50-60,70-80,90")),
            (",443,", 443..=443, None),
            ("443,x", 443..=443, None),
            ("443abc", 443..=443, None),
        ] {
            let (port, found) = draw_port(text, &FirstDrawn).unwrap();
            assert_eq!((port, found.as_deref()), (*ports.start(), all), "{text}");
            let (port, _) = draw_port(text, &Ones).unwrap();
            assert!(ports.contains(&port), "{text}: {port}");
        }
        for text in ["", "x", "65536", "1-", "-1", "0", "0-9", "1-70000"] {
            assert_eq!(draw_port(text, &FirstDrawn), None, "{text}");
        }
    }

    #[test]
    fn hosts_lose_what_is_typed_around_them() {
        for (typed, host) in [
            (" n.test\n", "n.test"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            let mut node = a_stored_node(Protocol::Socks, &json!({}));
            node.host = typed.into();
            let found = node.for_subscriber("u", &FirstDrawn).unwrap().host;
            assert_eq!(found, host);
        }
    }

    #[test]
    fn the_password_depends_on_the_cipher() {
        let uuid = "b831381d-6324-4d53-ad4f-8cda48b30811";
        let password = |settings| {
            let node = StoredNode {
                keyed_at: new_year(),
                ..a_stored_node(Protocol::Shadowsocks, &settings)
            };
            node.for_subscriber(uuid, &FirstDrawn).unwrap().password
        };
        assert_eq!(password(json!({"cipher": "aes-128-gcm"})), uuid);
        let keys = password(json!({"cipher": "2022-blake3-aes-128-gcm"}));
        assert_eq!(keys, "M2FkYzcwNDllN2NlY2E4NA==:YjgzMTM4MWQtNjMyNC00ZA==");
    }
}
