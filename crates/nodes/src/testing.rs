//! The in-memory tables of this domain.

mod builders;
mod managed;
mod management;
mod repositories;

use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{GroupId, MachineId, NodeId, RouteId, StoreError, UnixSeconds, UserId};
use ferroboard_protocol::Protocol;
use serde_json::Value;

pub use builders::{a_node, a_policy, an_access, node_terms};

use crate::{
    Machine, MachineReading, MachineTerms, Node, NodeGroup, NodeRoute, NodeState, NodeWatch,
    Traffic,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryNodes {
    /// `v2_server`.
    pub nodes: BTreeMap<NodeId, Node>,
    /// `v2_server_group`.
    pub groups: BTreeMap<GroupId, NodeGroup>,
    /// `v2_server_route`, but for its `remarks`.
    pub routes: BTreeMap<RouteId, NodeRoute>,
    /// `remarks` of `v2_server_route`, where they were given.
    pub remarks: BTreeMap<RouteId, String>,
    /// `v2_server_machine`.
    pub machines: BTreeMap<MachineId, MachineRow>,
    /// What administrators said of machines.
    pub machine_terms: BTreeMap<MachineId, MachineTerms>,
    /// `v2_server_machine_load_history`, oldest first.
    pub readings: Vec<MachineReading>,
    /// `ferro_node_state`.
    pub states: BTreeMap<NodeId, NodeState>,
    /// `ferro_device`: when each address was last seen.
    pub devices: BTreeMap<(UserId, NodeId, String), UnixSeconds>,
    /// `ferro_node_alert`: the last sign of life before the silence that was reported.
    pub alerts: BTreeMap<NodeId, UnixSeconds>,
    /// `ferro_node_watch`.
    pub watches: BTreeMap<NodeId, NodeWatch>,
    /// `ferro_traffic_report`: when each report arrived.
    pub reports: BTreeMap<(NodeId, String), UnixSeconds>,
    /// `v2_stat_user`, by user, rate in hundredths and day.
    pub user_statistics: BTreeMap<(UserId, i64, UnixSeconds), Traffic>,
    /// `v2_stat_server`, by node, protocol and day.
    pub node_statistics: BTreeMap<(NodeId, Protocol, UnixSeconds), Traffic>,
    /// This domain's columns of `v2_user`, where these tables stand alone.
    pub users: BTreeMap<UserId, OnlineRow>,
    /// The traffic of users, where these tables stand alone; billing knows it where it is there.
    pub traffic: BTreeMap<UserId, TrafficRow>,
}

/// The traffic columns of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrafficRow {
    /// `u`.
    pub upload: i64,
    /// `d`.
    pub download: i64,
    /// `transfer_enable`.
    pub quota: i64,
    /// `device_limit`.
    pub device_limit: Option<i64>,
}

/// A row of `v2_server_machine`.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineRow {
    /// What decisions are made on.
    pub machine: Machine,
    /// `last_seen_at`.
    pub last_seen_at: Option<UnixSeconds>,
    /// `load_status`.
    pub load: Option<Value>,
}

/// This domain's columns of `v2_user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnlineRow {
    /// `t`.
    pub last_traffic_at: UnixSeconds,
    /// `online_count`.
    pub online_count: Option<i64>,
    /// `last_online_at`.
    pub last_online_at: Option<UnixSeconds>,
}

/// The traffic columns of `v2_user`, which belong to the subscription.
#[derive(Debug)]
pub struct TrafficColumns<'a> {
    /// `u`.
    pub upload: &'a mut i64,
    /// `d`.
    pub download: &'a mut i64,
    /// `transfer_enable`.
    pub quota: i64,
}

/// A transaction that holds this domain's tables.
pub trait HasNodes: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn nodes(&mut self) -> Result<&mut MemoryNodes, StoreError>;

    /// The traffic of a user; `None` when `v2_user` has no such row.
    fn traffic_of(&mut self, user: UserId) -> Result<Option<TrafficColumns<'_>>, StoreError>;

    /// How many devices a user may have at once; `None` for any number, or where `v2_user` has no such row.
    fn device_limit_of(&mut self, user: UserId) -> Result<Option<i64>, StoreError>;

    /// This domain's columns of a user; `None` where `v2_user` has no such row.
    fn online_row(&mut self, user: UserId) -> Result<Option<&mut OnlineRow>, StoreError>;
}

impl HasNodes for MemoryTransaction<'_, MemoryNodes> {
    fn nodes(&mut self) -> Result<&mut MemoryNodes, StoreError> {
        self.open()
    }

    fn traffic_of(&mut self, user: UserId) -> Result<Option<TrafficColumns<'_>>, StoreError> {
        let row = self.open()?.traffic.get_mut(&user);
        Ok(row.map(|row| TrafficColumns {
            upload: &mut row.upload,
            download: &mut row.download,
            quota: row.quota,
        }))
    }

    fn device_limit_of(&mut self, user: UserId) -> Result<Option<i64>, StoreError> {
        let row = self.open()?.traffic.get(&user);
        Ok(row.and_then(|row| row.device_limit))
    }

    fn online_row(&mut self, user: UserId) -> Result<Option<&mut OnlineRow>, StoreError> {
        let tables = self.open()?;
        let is_known = tables.traffic.contains_key(&user);
        Ok(is_known.then(|| tables.users.entry(user).or_default()))
    }
}

impl MemoryNodes {
    /// The distinct addresses of a user that were seen since then.
    pub fn addresses(&self, user: UserId, since: UnixSeconds) -> BTreeSet<&str> {
        let own = self.devices.iter();
        own.filter(|((of, ..), seen)| *of == user && **seen >= since)
            .map(|((.., address), _)| address.as_str())
            .collect()
    }
}
