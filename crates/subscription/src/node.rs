//! A node as one subscriber gets it.

use std::sync::Arc;

use ferroboard_kernel::NodeId;
use ferroboard_protocol::{Protocol, Settings};

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
