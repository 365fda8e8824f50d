use std::cmp::Reverse;
use std::collections::BTreeSet;

use async_trait::async_trait;
use ferroboard_application::{
    DeviceOrder, DeviceQueries, DeviceSums, DeviceUserFilter, DeviceUserPage, DeviceUserRow,
    NodeLabel,
};
use ferroboard_devices::Sighting;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::{MemoryStore, MemoryTables};

fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl MemoryTables {
    fn addresses_of(&self, user: UserId, since: UnixSeconds) -> BTreeSet<&str> {
        let rows = self.nodes.devices.iter();
        let live = rows.filter(|((whose, ..), seen)| *whose == user && **seen >= since);
        live.map(|((.., address), _)| address.as_str()).collect()
    }

    fn device_user(&self, user: UserId) -> Option<DeviceUserRow> {
        let account = &self.auth.accounts.get(&user)?.account;
        let billed = self.billing.users.get(&user);
        let opened = billed.and_then(|row| row.subscription.as_ref());
        let plan = opened.map(|opened| opened.plan_id);
        let name = plan.and_then(|plan| self.billing.plans.get(&plan));
        let online = self.nodes.users.get(&user);
        Some(DeviceUserRow {
            user,
            email: account.email.clone(),
            plan,
            plan_name: name.map(|plan| plan.name.clone()),
            group: opened.and_then(|opened| opened.group_id),
            device_limit: opened.and_then(|opened| opened.device_limit),
            banned: account.banned,
            last_online_at: online.and_then(|row| row.last_online_at),
            shadow_of: self.shadows.main_of(user),
        })
    }

    fn has_too_many(&self, row: &DeviceUserRow, since: UnixSeconds) -> bool {
        let count = size(self.addresses_of(row.user, since).len());
        let limit = row.device_limit.filter(|limit| *limit > 0);
        limit.is_some_and(|limit| count > limit)
    }

    fn is_listed(
        &self,
        row: &DeviceUserRow,
        filter: &DeviceUserFilter,
        since: UnixSeconds,
    ) -> bool {
        let addresses = self.addresses_of(row.user, since);
        let email = row.email.as_str();
        filter.user.is_none_or(|user| row.user == user)
            && filter
                .email
                .as_ref()
                .is_none_or(|part| email.contains(part.as_str()))
            && filter
                .address
                .as_ref()
                .is_none_or(|address| addresses.contains(address.as_str()))
            && (!filter.only_online || !addresses.is_empty())
            && filter
                .exceeded
                .is_none_or(|exceeded| self.has_too_many(row, since) == exceeded)
    }
}

#[async_trait]
impl DeviceQueries for MemoryStore {
    async fn list_sightings(
        &self,
        users: &[UserId],
        since: UnixSeconds,
    ) -> Result<Vec<Sighting>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.nodes.devices.iter();
            let live = rows.filter(|((user, ..), seen)| users.contains(user) && **seen >= since);
            live.map(|((user, node, address), seen)| Sighting {
                user: *user,
                node: node.get(),
                address: address.clone(),
                last_seen: *seen,
            })
            .collect()
        }))
    }

    async fn list_node_labels(&self, nodes: &[i64]) -> Result<Vec<NodeLabel>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.nodes.nodes.values();
            rows.filter(|node| nodes.contains(&node.id.get()))
                .map(|node| NodeLabel {
                    id: node.id.get(),
                    name: node.name.clone(),
                    groups: node.groups.clone(),
                })
                .collect()
        }))
    }

    async fn list_users_by_devices(
        &self,
        filter: &DeviceUserFilter,
        since: UnixSeconds,
    ) -> Result<DeviceUserPage, StoreError> {
        Ok(self.read(|tables| {
            let users = tables.auth.accounts.keys();
            let mut rows: Vec<DeviceUserRow> = users
                .filter_map(|user| tables.device_user(*user))
                .filter(|row| tables.is_listed(row, filter, since))
                .collect();
            let count = |row: &DeviceUserRow| tables.addresses_of(row.user, since).len();
            // The sort is stable: equal ones stay in the order of their numbers.
            match filter.order {
                DeviceOrder::MostDevices => rows.sort_by_key(|row| Reverse(count(row))),
                DeviceOrder::LatestOnline => rows.sort_by_key(|row| Reverse(row.last_online_at)),
            }
            let place = |number| usize::try_from(number).unwrap_or(0);
            let total = size(rows.len());
            let page = rows
                .into_iter()
                .skip(place(filter.offset))
                .take(place(filter.limit));
            DeviceUserPage {
                rows: page.collect(),
                total,
            }
        }))
    }

    async fn sum_devices(&self, since: UnixSeconds) -> Result<DeviceSums, StoreError> {
        Ok(self.read(|tables| {
            let mut sums = DeviceSums::default();
            for user in tables.auth.accounts.keys() {
                let count = tables.addresses_of(*user, since).len();
                let row = tables.device_user(*user);
                sums.users += i64::from(count > 0);
                sums.devices += size(count);
                sums.exceeded += i64::from(row.is_some_and(|row| tables.has_too_many(&row, since)));
            }
            sums
        }))
    }
}
