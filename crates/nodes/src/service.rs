//! What is done with what nodes report.

use std::collections::BTreeMap;

use ferroboard_kernel::{NodeId, UnixSeconds, UserId};

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
    /// It was applied now.
    Now,
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
        Ok(AppliedReport::Now)
    }
}

/// Devices.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeviceService;

impl DeviceService {
    /// Replaces what is known of the report's users at this node; who of them has as many devices now as the
    /// subscription allows, and had fewer.
    pub async fn replace(
        self,
        tx: &mut dyn NodesTx,
        node: &Node,
        report: &DeviceReport,
        now: UnixSeconds,
    ) -> Result<Vec<UserId>, NodeError> {
        write_devices(tx, node.id, &addresses(report), now).await
    }

    /// Replaces what is known of everybody at this node: whom the report does not name is no longer
    /// there. Who of them has as many devices now as the subscription allows, and had fewer.
    pub async fn replace_all(
        self,
        tx: &mut dyn NodesTx,
        node: NodeId,
        report: &DeviceReport,
        now: UnixSeconds,
    ) -> Result<Vec<UserId>, NodeError> {
        let known = tx.list_device_users(node, now).await?;
        let mut users: BTreeMap<_, _> = known.into_iter().map(|user| (user, Vec::new())).collect();
        users.extend(addresses(report));
        let users: Vec<_> = users.into_iter().collect();
        write_devices(tx, node, &users, now).await
    }

    /// Forgets everybody who was last seen at this node then or before.
    pub async fn clear(
        self,
        tx: &mut dyn NodesTx,
        node: NodeId,
        until: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<(), NodeError> {
        let known = tx.list_device_users(node, until).await?;
        let users: Vec<_> = known.into_iter().map(|user| (user, Vec::new())).collect();
        write_devices(tx, node, &users, now).await.map(drop)
    }
}

fn addresses(report: &DeviceReport) -> Vec<(UserId, Vec<String>)> {
    let users = report.users();
    users
        .map(|(user, addresses)| (user, addresses.iter().cloned().collect()))
        .collect()
}

/// The users are sorted and each is there once.
async fn write_devices(
    tx: &mut dyn NodesTx,
    node: NodeId,
    users: &[(UserId, Vec<String>)],
    now: UnixSeconds,
) -> Result<Vec<UserId>, NodeError> {
    let since = now.minus(DEVICE_LIFETIME);
    let mut full = Vec::new();
    for batch in users.chunks(BATCH) {
        full.extend(tx.update_devices(node, batch, since, now).await?);
    }
    Ok(full)
}
