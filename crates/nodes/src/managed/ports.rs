//! What administrators' changes of nodes need from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, StoreError, UnixSeconds};
use ferroboard_protocol::Protocol;

use crate::{NodeRecord, NodeSwitches};

/// Nodes, as administrators change them: `v2_server` but for what its nodes report.
#[async_trait]
pub trait ManagedNodeRepository: Send {
    /// Waits until no other transaction changes nodes in this way, and keeps the others waiting: codes and
    /// places are unique, and parents stay.
    async fn lock_nodes(&mut self) -> Result<(), StoreError>;

    /// The nodes with these numbers, by number; those that there are not are left out.
    async fn list_node_records(&mut self, ids: &[NodeId]) -> Result<Vec<NodeRecord>, StoreError>;

    /// The node of the protocol with this code.
    async fn find_coded_node(
        &mut self,
        protocol: Protocol,
        code: &str,
    ) -> Result<Option<NodeId>, StoreError>;

    /// Whether there is this machine, which is there until the transaction ends.
    async fn find_node_machine(&mut self, machine: MachineId) -> Result<bool, StoreError>;

    /// The place of each node, at most 5,000.
    async fn list_node_places(&mut self) -> Result<Vec<(NodeId, Option<i64>)>, StoreError>;

    /// Adds a node, whatever its number is; with the one that it gets.
    async fn insert_node(&mut self, node: &NodeRecord) -> Result<NodeId, StoreError>;

    /// Writes a node's row but for what it carried, its place and when it was made.
    async fn update_node(&mut self, node: &NodeRecord) -> Result<(), StoreError>;

    /// Turns switches of nodes, in one statement.
    async fn update_node_switches(
        &mut self,
        nodes: &[NodeId],
        switches: &NodeSwitches,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Writes places, in batches.
    async fn update_node_places(&mut self, places: &[(NodeId, i64)]) -> Result<(), StoreError>;

    /// Sets what the nodes carried to nothing, in one statement.
    async fn update_node_counters(
        &mut self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes nodes with what they last reported; their children have no parent any more. A fixed
    /// number of statements. Statistics stay.
    async fn delete_nodes(&mut self, nodes: &[NodeId], at: UnixSeconds) -> Result<(), StoreError>;
}
