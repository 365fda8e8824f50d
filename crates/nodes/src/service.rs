//! What is done with what nodes report.

use ferroboard_kernel::{UnixSeconds, UserId};

use crate::error::NodeError;
use crate::{
    DEVICE_LIFETIME, DeviceReport, Node, NodePolicy, NodeTraffic, NodesTx, ReportIdentity,
    SharedQuotas, Traffic, TrafficReport,
};

/// How many users one batch of statements is about.
const BATCH: usize = 1_000;

/// A report, and what it is told apart by.
#[derive(Debug, Clone, Copy)]
pub struct IdentifiedReport<'a> {
    /// What the node carried.
    pub report: &'a TrafficReport,
    /// By what a repeated one is known.
    pub identity: &'a ReportIdentity,
}

/// What a traffic report did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppliedReport {
    /// It was applied now; these users have used up their quota with it.
    Now {
        /// Of whom nodes should hear.
        exhausted: Vec<UserId>,
    },
    /// It was applied before.
    Before,
}

/// Traffic.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrafficService;

impl TrafficService {
    /// Applies a report that names somebody, as a whole, and once. `shared` names those of its users
    /// who share a quota.
    pub async fn apply(
        self,
        tx: &mut dyn NodesTx,
        node: &Node,
        report: IdentifiedReport<'_>,
        shared: &SharedQuotas,
        policy: &NodePolicy,
        now: UnixSeconds,
    ) -> Result<AppliedReport, NodeError> {
        let IdentifiedReport { report, identity } = report;
        let repeated_since = now.minus(policy.repeat_window());
        if !tx
            .insert_traffic_report(node.id, identity, repeated_since, now)
            .await?
        {
            return Ok(AppliedReport::Before);
        }
        let rate = node.current_rate(now, policy.zone);
        let day = policy.zone.start_of_day(now);
        let users = report.users();
        let mut exhausted = Vec::new();
        let mut carried = Traffic::default();
        for batch in users.chunks(BATCH) {
            let charges: Vec<_> = batch
                .iter()
                .map(|(user, traffic)| (*user, traffic.charged(rate)))
                .collect();
            let charges = shared.charged(&charges);
            let counted = tx.update_user_traffic(&charges, now).await?;
            let is_known = |user: UserId| {
                let place = counted.binary_search_by_key(&user, |counted| counted.user);
                place.is_ok()
            };
            let known: Vec<_> = batch.iter().filter(|(user, _)| is_known(*user)).collect();
            let counts: Vec<_> = known
                .iter()
                .map(|(user, traffic)| (*user, traffic.counted(rate)))
                .collect();
            if !counts.is_empty() {
                let counts = shared.counted(&counts);
                tx.update_user_statistics(rate, &counts, day, now).await?;
            }
            let sums = known.iter().map(|(_, traffic)| *traffic);
            carried = sums.fold(carried, Traffic::plus);
            let spent = counted.iter().filter(|counted| counted.exhausted);
            exhausted.extend(spent.map(|counted| counted.user));
        }
        if carried != Traffic::default() {
            let carried = NodeTraffic {
                node: node.id,
                protocol: node.protocol,
                traffic: carried,
                day,
                at: now,
            };
            tx.update_node_traffic(&carried).await?;
        }
        let online = i64::try_from(report.len()).unwrap_or(i64::MAX);
        tx.update_node_push(node.id, online, now).await?;
        Ok(AppliedReport::Now { exhausted })
    }
}

/// Devices.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeviceService;

impl DeviceService {
    /// Replaces what is known of the report's users at this node.
    pub async fn replace(
        self,
        tx: &mut dyn NodesTx,
        node: &Node,
        report: &DeviceReport,
        now: UnixSeconds,
    ) -> Result<(), NodeError> {
        let since = now.minus(DEVICE_LIFETIME);
        let users: Vec<_> = report
            .users()
            .map(|(user, addresses)| (user, addresses.iter().cloned().collect::<Vec<_>>()))
            .collect();
        for batch in users.chunks(BATCH) {
            tx.update_devices(node.id, batch, since, now).await?;
        }
        Ok(())
    }
}
