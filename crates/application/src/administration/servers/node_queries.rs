//! What administrators read about nodes.

use async_trait::async_trait;
use ferroboard_kernel::{GroupId, StoreError};
use ferroboard_nodes::{NodeRecord, NodeState};

/// A node as it is stored, with what was reported for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedNodeView {
    /// The node.
    pub record: NodeRecord,
    /// What its [`Node::reporter`](ferroboard_nodes::Node::reporter) reported; nothing where that is of
    /// another protocol.
    pub state: NodeState,
    /// Those of its groups that there are, by number.
    pub groups: Vec<(GroupId, String)>,
}

/// Nodes, as administrators manage them.
#[async_trait]
pub trait ManagedNodeQueries: Send + Sync {
    /// Every node by [`NodeRecord::place`] and id, at most 5,000, in a fixed number of statements.
    async fn list_managed_nodes(&self) -> Result<Vec<ManagedNodeView>, StoreError>;
}
