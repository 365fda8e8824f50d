//! Nodes: as they are stored, and as one subscriber gets them.

use std::sync::Arc;

use ferroboard_kernel::{NodeId, Random, UnixSeconds};
use ferroboard_protocol::{Protocol, Settings, credentials};

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
    /// A port, or a range of ports: `30000-30010`.
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
            host: self.host.clone(),
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
    /// Where to connect to; of a range of ports, the one that was drawn.
    pub port: u16,
    /// The whole range, where the node has one: `30000-30010`.
    pub ports: Option<String>,
    /// The subscriber's secret on this node.
    pub password: String,
    /// Words by which subscribers may ask for it.
    pub tags: Vec<String>,
    /// The settings of its protocol.
    pub settings: Arc<Settings>,
}

/// A port, and the range that it was drawn from. Of several ports or ranges the first is meant,
/// while clients that hop are told all of them.
fn draw_port(text: &str, random: &dyn Random) -> Option<(u16, Option<String>)> {
    let text = text.trim();
    let number = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|c: char| !c.is_ascii_digit());
        text.get(..end.unwrap_or(text.len()))?.parse::<u16>().ok()
    };
    let Some((from, to)) = text.split_once('-') else {
        return Some((number(text)?, None));
    };
    let (from, to) = (number(from)?, number(to)?);
    let (low, high) = (from.min(to), from.max(to));
    let drawn = random.below(u64::from(high - low) + 1);
    let port = low.saturating_add(u16::try_from(drawn).ok()?);
    Some((port, Some(text.to_owned())))
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
    fn a_port_is_drawn_from_its_range() {
        for (text, first, range) in [
            ("443", 443, None),
            (" 443 ", 443, None),
            ("30000-30010", 30_000, Some("30000-30010")),
            ("30010 - 30000", 30_000, Some("30010 - 30000")),
            ("1-65535", 1, Some("1-65535")),
            ("7-7", 7, Some("7-7")),
            ("80,443", 80, None),
            ("50-60,443", 50, Some("50-60,443")),
            ("50-60,70-80", 50, Some("50-60,70-80")),
        ] {
            let (port, ports) = draw_port(text, &FirstDrawn).unwrap();
            assert_eq!((port, ports.as_deref()), (first, range), "{text}");
            let (port, _) = draw_port(text, &Ones).unwrap();
            assert!(port >= first, "{text}");
        }
        for text in ["", "x", "65536", "1-", "-1", ",443"] {
            assert_eq!(draw_port(text, &FirstDrawn), None, "{text}");
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
