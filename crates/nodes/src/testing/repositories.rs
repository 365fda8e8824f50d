use async_trait::async_trait;
use ferroboard_kernel::{Decimal, MachineId, NodeId, StoreError, UnixSeconds, UserId};

use super::HasNodes;
use crate::{
    CountedUser, DeviceRepository, MachineReading, MachineRepository, NodeAlertRepository,
    NodeMove, NodeSign, NodeTraffic, NodeWatchRepository, ReportIdentity, SilentNode, Traffic,
    TrafficRepository,
};

#[async_trait]
impl<T: HasNodes> TrafficRepository for T {
    async fn insert_traffic_report(
        &mut self,
        node: NodeId,
        identity: &ReportIdentity,
        repeated_since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let reports = &mut self.nodes()?.reports;
        let key = (node, identity.digest().to_owned());
        let is_late =
            |known: UnixSeconds| known > repeated_since && at.elapsed_since(known).is_some();
        let is_repeated = reports
            .get(&key)
            .is_some_and(|known| identity.is_given() || is_late(*known));
        if !is_repeated {
            reports.insert(key, at);
        }
        Ok(!is_repeated)
    }

    async fn update_user_traffic(
        &mut self,
        charges: &[(UserId, Traffic)],
        at: UnixSeconds,
    ) -> Result<Vec<CountedUser>, StoreError> {
        let mut counted = Vec::new();
        for (user, charge) in charges {
            let Some(columns) = self.traffic_of(*user)? else {
                continue;
            };
            let used = Traffic {
                upload: *columns.upload,
                download: *columns.download,
            };
            let sum = used.plus(*charge);
            let quota = columns.quota;
            (*columns.upload, *columns.download) = (sum.upload, sum.download);
            let exhausted = quota > 0 && used.total() < quota && sum.total() >= quota;
            if let Some(row) = self.online_row(*user)? {
                row.last_traffic_at = at;
            }
            counted.push(CountedUser {
                user: *user,
                exhausted,
            });
        }
        Ok(counted)
    }

    async fn update_user_statistics(
        &mut self,
        rate: Decimal,
        counts: &[(UserId, Traffic)],
        day: UnixSeconds,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let hundredths = rate.hundredths();
        let statistics = &mut self.nodes()?.user_statistics;
        for (user, count) in counts {
            let sum = statistics.entry((*user, hundredths, day)).or_default();
            *sum = sum.plus(*count);
        }
        Ok(())
    }

    async fn update_node_traffic(&mut self, carried: &NodeTraffic) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        let key = (carried.node, carried.protocol, carried.day);
        let sum = tables.node_statistics.entry(key).or_default();
        *sum = sum.plus(carried.traffic);
        if let Some(node) = tables.nodes.get_mut(&carried.node) {
            node.upload = node.upload.saturating_add(carried.traffic.upload);
            node.download = node.download.saturating_add(carried.traffic.download);
            node.updated_at = carried.at;
        }
        Ok(())
    }

    async fn update_node_push(
        &mut self,
        node: NodeId,
        online_users: i64,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let state = self.nodes()?.states.entry(node).or_default();
        state.last_push_at = Some(at);
        state.online_users = online_users;
        Ok(())
    }

    async fn delete_traffic_reports(&mut self, before: UnixSeconds) -> Result<u64, StoreError> {
        let reports = &mut self.nodes()?.reports;
        let count = reports.len();
        reports.retain(|_, at| *at >= before);
        Ok(u64::try_from(count - reports.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl<T: HasNodes> DeviceRepository for T {
    async fn update_devices(
        &mut self,
        node: NodeId,
        devices: &[(UserId, Vec<String>)],
        since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut full = Vec::new();
        for (user, addresses) in devices {
            let Some(before) = self.online_row(*user)?.map(|row| row.online_count) else {
                continue;
            };
            let limit = self.device_limit_of(*user)?.filter(|limit| *limit > 0);
            let tables = self.nodes()?;
            tables
                .devices
                .retain(|(of, through, _), _| (*of, *through) != (*user, node));
            for address in addresses {
                tables.devices.insert((*user, node, address.clone()), at);
            }
            let count = tables.addresses(*user, since).len();
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            if let Some(row) = self.online_row(*user)? {
                row.online_count = Some(count);
                row.last_online_at = Some(at);
            }
            if limit.is_some_and(|limit| before.unwrap_or(0) < limit && limit <= count) {
                full.push(*user);
            }
        }
        Ok(full)
    }

    async fn list_device_users(
        &mut self,
        node: NodeId,
        until: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let devices = self.nodes()?.devices.iter();
        let own = devices.filter(|((_, through, _), seen)| *through == node && **seen <= until);
        let mut users: Vec<_> = own.map(|((user, ..), _)| *user).collect();
        users.dedup();
        Ok(users)
    }

    async fn delete_devices(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let devices = &mut self.nodes()?.devices;
        let count = devices.len();
        devices.retain(|_, seen| *seen >= before && *seen <= now.latest_start());
        Ok(u64::try_from(count - devices.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl<T: HasNodes> MachineRepository for T {
    async fn insert_machine_reading(
        &mut self,
        reading: &MachineReading,
        forget_before: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let tables = self.nodes()?;
        let Some(row) = tables.machines.get_mut(&reading.machine) else {
            return Ok(false);
        };
        row.load = Some(reading.load.to_json(reading.at));
        row.last_seen_at = Some(reading.at);
        tables.readings.push(*reading);
        tables
            .readings
            .retain(|old| old.machine != reading.machine || old.at >= forget_before);
        Ok(true)
    }

    async fn update_machines_seen(
        &mut self,
        machines: &[MachineId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rows = &mut self.nodes()?.machines;
        for machine in machines {
            if let Some(row) = rows.get_mut(machine) {
                row.last_seen_at = Some(at);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl<T: HasNodes> NodeAlertRepository for T {
    async fn update_node_alerts(&mut self, nodes: &[SilentNode]) -> Result<(), StoreError> {
        let silences = nodes.iter().map(|node| (node.id, node.last_check_at));
        self.nodes()?.alerts.extend(silences);
        Ok(())
    }

    async fn update_nodes_ahead(&mut self, now: UnixSeconds) -> Result<u64, StoreError> {
        let times = self.nodes()?.states.values_mut();
        let times = times.filter_map(|state| state.last_check_at.as_mut());
        let ahead = times.filter(|at| now.elapsed_since(**at).is_none());
        let moved = ahead.map(|at| *at = now).count();
        Ok(u64::try_from(moved).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl<T: HasNodes> NodeWatchRepository for T {
    async fn list_node_signs(
        &mut self,
        after: Option<NodeId>,
        limit: u32,
    ) -> Result<Vec<NodeSign>, StoreError> {
        let tables = self.nodes()?;
        let nodes = tables.nodes.values().filter(|node| node.parent.is_none());
        let nodes = nodes.filter(|node| after.is_none_or(|after| node.id > after));
        let signs = nodes.filter_map(|node| {
            let state = tables.states.get(&node.id)?;
            Some(NodeSign {
                node: node.id,
                last_check_at: state.last_check_at?,
                cpu: state.reported_cpu(),
                watch: tables.watches.get(&node.id).copied(),
            })
        });
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(signs.take(limit).collect())
    }

    async fn move_node_watches(&mut self, moves: &[NodeMove]) -> Result<bool, StoreError> {
        let watches = &mut self.nodes()?.watches;
        let still = |moved: &NodeMove| watches.get(&moved.node).copied() == moved.from;
        if !moves.iter().all(still) {
            return Ok(false);
        }
        watches.extend(moves.iter().map(|moved| (moved.node, moved.to)));
        Ok(true)
    }
}
