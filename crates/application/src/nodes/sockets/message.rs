//! Who holds a socket, and what is told over it.

use std::sync::Arc;

use ferroboard_kernel::{MachineId, NodeId, UserId};
use ferroboard_nodes::{Node, NodeConfig, UserChanges};

use crate::UserList;

/// Whose WebSocket it is. There is one of each in a process: another one takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SocketPeer {
    /// A node's.
    Node(NodeId),
    /// A machine's, for all its nodes.
    Machine(MachineId),
}

/// What an agent is told; the first part is the node that it is about.
#[derive(Debug, Clone)]
pub enum PanelMessage {
    /// It was let in for these nodes.
    Admitted(Vec<NodeId>),
    /// What the node should do.
    Config(NodeId, NodeConfig),
    /// All users of the node.
    Users(NodeId, Arc<UserList>),
    /// What changed of them.
    Changes(NodeId, Arc<UserChanges>),
    /// From where users of the node are online through any node, by user.
    Devices(NodeId, Vec<(UserId, Vec<String>)>),
    /// The nodes that the machine is to run.
    Nodes(Vec<Node>),
}
