//! What is read about nodes outside any transaction.

use async_trait::async_trait;
use ferroboard_kernel::{GroupId, MachineId, NodeId, RouteId, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::{
    Machine, Node, NodeRoute, NodeStateChange, NodeView, SilentNode, UserAccess,
};
use ferroboard_protocol::Protocol;

use crate::nodes::views::TrafficLogView;

/// Nodes, machines, and the users whom nodes serve.
#[async_trait]
pub trait NodeQueries: Send + Sync {
    /// The node that agents call so: the one with this code, or else with this number, read
    /// strictly; of several the one with the lowest number.
    async fn find_node(
        &self,
        name: &str,
        protocol: Option<Protocol>,
    ) -> Result<Option<Node>, StoreError>;

    /// The nodes that are shown, by [`Node::place`] and id, at most 5,000, each with what its
    /// [`Node::reporter`] reported: in a fixed number of statements.
    async fn list_shown_nodes(&self) -> Result<Vec<NodeView>, StoreError>;

    /// Every node by [`Node::place`] and id, at most 5,000, in one statement.
    async fn list_nodes(&self) -> Result<Vec<Node>, StoreError>;

    /// The rules with these numbers, by number.
    async fn list_node_routes(&self, ids: &[RouteId]) -> Result<Vec<NodeRoute>, StoreError>;

    /// Every machine by number, at most 5,000.
    async fn list_machines(&self) -> Result<Vec<Machine>, StoreError>;

    /// The machine, switched on or not.
    async fn find_machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError>;

    /// Writes what changed in a node's state, and leaves the rest. Outside any transaction: losing it
    /// costs nothing.
    async fn update_node_state(
        &self,
        node: NodeId,
        change: &NodeStateChange,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Notes that these nodes were heard of, in a fixed number of statements. Outside any transaction:
    /// losing it costs nothing.
    async fn update_nodes_checked(
        &self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// The nodes without a parent that were last heard of before, and whose silence since was not
    /// reported yet, by number, so many at most, in one statement.
    async fn list_silent_nodes(
        &self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<SilentNode>, StoreError>;

    /// The distinct addresses of the users of these groups that were seen since, by user and address.
    async fn list_devices(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, String)>, StoreError>;

    /// How many distinct addresses of each user of these groups with a limit of devices were seen
    /// since; users without any are left out.
    async fn list_device_counts(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, i64)>, StoreError>;

    /// The users with a group and a number above `after` whom nodes let in at `now`, by number, so
    /// many at most.
    async fn list_admitted_users(
        &self,
        after: Option<UserId>,
        limit: u32,
        now: UnixSeconds,
    ) -> Result<Vec<UserAccess>, StoreError>;

    /// The users with these numbers, whether or not nodes let them in, in any order.
    async fn list_user_access(&self, users: &[UserId]) -> Result<Vec<UserAccess>, StoreError>;
}

/// What users transferred (`v2_stat_user`).
#[async_trait]
pub trait TrafficQueries: Send + Sync {
    /// The user's rows of whole days with `from <= record_at < until`, newest first (then by id), at
    /// most 5,000.
    async fn list_traffic_log(
        &self,
        user: UserId,
        from: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<TrafficLogView>, StoreError>;
}
