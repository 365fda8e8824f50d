//! What agents of nodes and machines report.

use std::sync::Arc;

use ferroboard_kernel::Seconds;
use ferroboard_nodes::{
    AppliedReport, DEVICE_LIFETIME, DeviceReport, DeviceService, IdentifiedReport, Machine,
    MachineLoad, MachineReading, Node, NodeError, NodeLoad, NodeMetrics, NodeStateChange,
    ReportIdentity, TrafficReport, TrafficService,
};

use crate::nodes::full_devices::tell_full;
use crate::process::Core;
use crate::transaction::{retrying, transact};
use crate::{Error, UnitOfWork, policies};

/// For how long the history of a machine is kept.
const HISTORY: Seconds = Seconds::days(1);
/// For how long it is known that a report arrived.
const REPORTS: Seconds = Seconds::days(1);
/// For how long it is noted that a user changed; lists that are older are read anew.
const USER_CHANGES: Seconds = Seconds::hours(1);

/// A combined report; every part may be missing.
#[derive(Debug, Clone, Default)]
pub struct NodeReport {
    /// What the node carried.
    pub traffic: Option<TrafficReport>,
    /// From where its users are online.
    pub devices: Option<DeviceReport>,
    /// How busy it is.
    pub load: Option<NodeLoad>,
    /// What its agent counts.
    pub metrics: Option<NodeMetrics>,
}

/// Reports of nodes and machines.
pub struct NodeReports(pub(crate) Arc<Core>);

impl NodeReports {
    /// Counts the traffic, once for the name that the agent gave to the report, or else for its
    /// content. Returns when it is durable. Nothing happens for a report that names nobody.
    pub async fn traffic(
        &self,
        node: &Node,
        report: &TrafficReport,
        name: Option<&str>,
    ) -> Result<(), Error> {
        if report.is_empty() {
            return Ok(());
        }
        let identity = name.map_or_else(|| ReportIdentity::of(report), ReportIdentity::given);
        transact!(self.0.ports.store, |tx| self
            .traffic_within(tx, node, report, &identity)
            .await?)
    }

    async fn traffic_within(
        &self,
        tx: &mut dyn UnitOfWork,
        node: &Node,
        report: &TrafficReport,
        identity: &ReportIdentity,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let policy = policies::node(&self.0.site.current(), self.0.options.zone);
        let shared = self.0.shared_quotas(tx, report).await?;
        let report = IdentifiedReport { report, identity };
        let applied = TrafficService
            .apply(tx, node, report, &shared, &policy, now)
            .await?;
        if applied == AppliedReport::Before {
            tracing::debug!(node = node.id.get(), "a traffic report arrived again");
        }
        Ok(())
    }

    /// Replaces the addresses from which the report's users are online through this node.
    pub async fn devices(&self, node: &Node, report: &DeviceReport) -> Result<(), Error> {
        if report.is_empty() {
            return Ok(());
        }
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let full = DeviceService.replace(tx, node, report, now).await?;
            tell_full(tx, &full, now).await?;
        })
    }

    /// Keeps the load of the node.
    pub async fn load(&self, node: &Node, load: &NodeLoad) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let change = NodeStateChange {
            load: Some(load.to_json(now)),
            ..NodeStateChange::default()
        };
        // One statement needs no transaction.
        let store = &self.0.ports.store;
        retrying(|| async { Ok(store.update_node_state(node.id, &change, now).await?) }).await
    }

    /// Takes all parts of a combined report. That it came keeps the node online.
    pub async fn all(
        &self,
        node: &Node,
        report: &NodeReport,
        name: Option<&str>,
    ) -> Result<(), Error> {
        self.0.nodes.heard_of_node(&self.0, node.id).await?;
        if let Some(traffic) = &report.traffic {
            self.traffic(node, traffic, name).await?;
        }
        if let Some(devices) = &report.devices {
            self.devices(node, devices).await?;
        }
        let now = self.0.ports.clock.now();
        let change = NodeStateChange {
            checked: false,
            load: report.load.as_ref().map(|load| load.to_json(now)),
            metrics: report.metrics.as_ref().map(|metrics| metrics.to_json(now)),
        };
        if change != NodeStateChange::default() {
            // As above.
            let store = &self.0.ports.store;
            retrying(|| async { Ok(store.update_node_state(node.id, &change, now).await?) })
                .await?;
        }
        Ok(())
    }

    /// Keeps the load of the machine, and a day of its history; refused where it was deleted since it was let in.
    pub async fn machine(&self, machine: &Machine, load: MachineLoad) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let at = self.0.ports.clock.now();
            let reading = MachineReading {
                machine: machine.id,
                load,
                at,
            };
            let is_kept = tx
                .insert_machine_reading(&reading, at.minus(HISTORY))
                .await?;
            if !is_kept {
                return Err(NodeError::MachineUnknown.into());
            }
        })
    }

    /// Deletes what is no longer needed of reports, devices and notes of changed users; how many
    /// rows.
    pub(crate) async fn forget(&self) -> Result<u64, Error> {
        transact!(self.0.ports.store, |tx| self.forget_within(tx).await?)
    }

    async fn forget_within(&self, tx: &mut dyn UnitOfWork) -> Result<u64, Error> {
        let now = self.0.ports.clock.now();
        let reports = tx.delete_traffic_reports(now.minus(REPORTS)).await?;
        let devices = tx.delete_devices(now.minus(DEVICE_LIFETIME), now).await?;
        let changes = tx.delete_user_changes(now.minus(USER_CHANGES)).await?;
        Ok(reports + devices + changes)
    }
}
