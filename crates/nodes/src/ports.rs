//! What this domain needs from outside, inside one open transaction.

pub(super) mod management;

use async_trait::async_trait;
use ferroboard_kernel::{Decimal, MachineId, NodeId, StoreError, UnixSeconds, UserId};
use ferroboard_protocol::Protocol;

use crate::{
    MachineReading, ManagedNodeRepository, NodeMove, NodeSign, ReportIdentity, SilentNode, Traffic,
};

use management::{ManagedMachineRepository, NodeGroupRepository, NodeRouteRepository};

/// A user to whom traffic was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedUser {
    /// Who.
    pub user: UserId,
    /// Whether the quota, which was not used up before, is used up now.
    pub exhausted: bool,
}

/// What a node carried, for the day in which it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeTraffic {
    /// The node.
    pub node: NodeId,
    /// What it is, as its statistics call it.
    pub protocol: Protocol,
    /// How much, as it was reported.
    pub traffic: Traffic,
    /// 00:00 of the day.
    pub day: UnixSeconds,
    /// Now.
    pub at: UnixSeconds,
}

/// Traffic: `ferro_traffic_report`, `v2_stat_user`, `v2_stat_server`, the traffic columns of
/// `v2_server` and, shared with subscriptions, of `v2_user`. Sums stay at the end of their range.
#[async_trait]
pub trait TrafficRepository: Send {
    /// Notes the report. `false` when the node sent one of this identity before: at any time where
    /// the agent named it, and else after `repeated_since` and not ahead of `at`
    /// ([`UnixSeconds::elapsed_since`]). Of several transactions at once MUST one
    /// get `true`; the others wait for it.
    async fn insert_traffic_report(
        &mut self,
        node: NodeId,
        identity: &ReportIdentity,
        repeated_since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Adds to `u` and `d` of those users that exist, and writes `t`; the users it found, by number.
    /// The users are sorted and each is there once; a fixed number of statements, rows locked in
    /// their order. Leaves `updated_at`.
    async fn update_user_traffic(
        &mut self,
        charges: &[(UserId, Traffic)],
        at: UnixSeconds,
    ) -> Result<Vec<CountedUser>, StoreError>;

    /// Adds to the users' statistics of the day at this rate (two places, rounded half up); a fixed
    /// number of statements. The users' rows are locked already.
    async fn update_user_statistics(
        &mut self,
        rate: Decimal,
        counts: &[(UserId, Traffic)],
        day: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Adds to the node and to its statistics of the day.
    async fn update_node_traffic(&mut self, carried: &NodeTraffic) -> Result<(), StoreError>;

    /// Writes when the node last reported traffic, and for how many users.
    async fn update_node_push(
        &mut self,
        node: NodeId,
        online_users: i64,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes the notes of reports that arrived before; how many.
    async fn delete_traffic_reports(&mut self, before: UnixSeconds) -> Result<u64, StoreError>;
}

/// Devices: `ferro_device`, and `online_count` and `last_online_at` of `v2_user`.
#[async_trait]
pub trait DeviceRepository: Send {
    /// Replaces the addresses that the node reported for each of these users, of whom those that do
    /// not exist are passed over, and counts the users' distinct addresses that were seen since
    /// `since` anew. The users are sorted and each is there once; a fixed number of statements, the
    /// users' rows locked in their order. Those of them, by number, whom this took to as many devices as the
    /// subscription allows or more, from fewer when they were last counted; a limit that is null or 0 is none.
    async fn update_devices(
        &mut self,
        node: NodeId,
        devices: &[(UserId, Vec<String>)],
        since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Of whom the node reported addresses that were last seen then or before, by number.
    async fn list_device_users(
        &mut self,
        node: NodeId,
        until: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Deletes the addresses that were last seen before, or that lie ahead of `now`
    /// ([`UnixSeconds::elapsed_since`]): those would be online until then. How many.
    async fn delete_devices(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError>;
}

/// Machines: `v2_server_machine` and `v2_server_machine_load_history`.
#[async_trait]
pub trait MachineRepository: Send {
    /// Writes the machine's load, appends it to its history, and deletes its history before
    /// `forget_before`. False where there is no such machine (any more): nothing is written.
    async fn insert_machine_reading(
        &mut self,
        reading: &MachineReading,
        forget_before: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Notes that the machines were heard of; one statement.
    async fn update_machines_seen(
        &mut self,
        machines: &[MachineId],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;
}

/// Which silences were reported: `ferro_node_alert`.
#[async_trait]
pub trait NodeAlertRepository: Send {
    /// Notes that the silence of these nodes was reported, each once; a fixed number of statements.
    async fn update_node_alerts(&mut self, nodes: &[SilentNode]) -> Result<(), StoreError>;

    /// Notes that nodes were heard of now whose last sign of life lies ahead
    /// ([`UnixSeconds::elapsed_since`]): until then nobody would hear that they fell silent. How many.
    async fn update_nodes_ahead(&mut self, now: UnixSeconds) -> Result<u64, StoreError>;
}

/// How nodes were found at the last look: `ferro_node_watch`, with what they reported.
#[async_trait]
pub trait NodeWatchRepository: Send {
    /// Of the nodes without a parent that were heard of, the first `limit` after the node `after`, by number.
    async fn list_node_signs(
        &mut self,
        after: Option<NodeId>,
        limit: u32,
    ) -> Result<Vec<NodeSign>, StoreError>;

    /// Writes how nodes are found, each once, if every one still stands where it was; a fixed number of
    /// statements. `false` when one does not, or another transaction was first: then the transaction MUST be
    /// rolled back.
    async fn move_node_watches(&mut self, moves: &[NodeMove]) -> Result<bool, StoreError>;
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait NodesTx:
        TrafficRepository
        + DeviceRepository
        + MachineRepository
        + ManagedNodeRepository
        + NodeAlertRepository
        + ManagedMachineRepository
        + NodeGroupRepository
        + NodeRouteRepository
        + NodeWatchRepository
}
