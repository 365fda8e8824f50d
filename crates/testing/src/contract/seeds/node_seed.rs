use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::{Machine, Node, NodeRoute, Traffic};

/// Reads and writes of the tables about nodes that no port offers. Every method panics when the
/// database refuses.
#[async_trait]
pub trait NodeSeed: Send + Sync {
    /// Adds a node with its id.
    async fn insert_node(&self, node: &Node);

    /// Adds a rule with its id.
    async fn insert_node_route(&self, route: &NodeRoute);

    /// Adds a machine with its id.
    async fn insert_machine(&self, machine: &Machine);

    /// What the node carried, as its row says.
    async fn node_traffic(&self, node: NodeId) -> Traffic;

    /// The statistics of users: user, hundredths of the rate, day, traffic; by row.
    async fn user_statistics(&self) -> Vec<(UserId, i64, UnixSeconds, Traffic)>;

    /// The statistics of nodes: node, protocol, day, traffic; by row.
    async fn node_statistics(&self) -> Vec<(NodeId, String, UnixSeconds, Traffic)>;

    /// When traffic of the user was last counted, and from how many addresses the user is online.
    async fn user_activity(&self, user: UserId) -> (UnixSeconds, Option<i64>);

    /// The history of a machine: percent of the processor, bytes of memory, and whether it told its
    /// network; oldest first.
    async fn machine_history(&self, machine: MachineId) -> Vec<(i64, i64, bool)>;

    /// When the machine was last heard of, and its load as it is kept.
    async fn machine_state(&self, machine: MachineId) -> (Option<UnixSeconds>, Option<String>);
}
