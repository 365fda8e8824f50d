use async_trait::async_trait;
use ferroboard_kernel::{GroupId, StoreError};
use ferroboard_nodes::NodeGroup;

/// A group with how many nodes serve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeGroupRow {
    /// The group.
    pub group: NodeGroup,
    /// How many nodes serve it.
    pub nodes: i64,
}

/// The groups, as administrators manage them.
#[async_trait]
pub trait NodeGroupQueries: Send + Sync {
    /// Every group, the latest first, at most 1,000, in a fixed number of statements.
    async fn list_node_groups(&self) -> Result<Vec<NodeGroupRow>, StoreError>;

    /// How many users each group has that has some, shadow accounts left out.
    async fn count_users_of_groups(&self) -> Result<Vec<(GroupId, i64)>, StoreError>;
}
