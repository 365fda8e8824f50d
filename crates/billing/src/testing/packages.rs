use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::{OrderId, PackageId, StoreError, UnixSeconds, UserId};

use super::tables::{HasBilling, MemoryBilling, PackageRow};
use crate::{
    PackageEnd, PackageHolder, PackageMove, PackageOrder, PackageOrderRepository,
    PackageRepository, PackageShare, QuotaMove, TrafficPackage,
};

impl MemoryBilling {
    /// What is left of the packages of each user who has something left.
    pub(super) fn package_sums(&self) -> BTreeMap<UserId, i64> {
        let mut sums: BTreeMap<UserId, i64> = BTreeMap::new();
        for row in self.package_orders.values() {
            let sum = sums.entry(row.bought.user).or_default();
            *sum = sum.saturating_add(row.left);
        }
        sums
    }

    /// What is left of a user's packages, the oldest first.
    fn package_shares(&self, user: UserId) -> Vec<PackageShare> {
        let rows = self.package_orders.values();
        let own = rows.filter(|row| row.bought.user == user && row.left > 0);
        let mut own: Vec<&PackageRow> = own.collect();
        own.sort_by_key(|row| (row.opened_at, row.bought.order));
        let share = |row: &PackageRow| PackageShare {
            order: row.bought.order,
            left: row.left,
            until: row.until,
        };
        own.into_iter().map(share).collect()
    }
}

#[async_trait]
impl<T: HasBilling> PackageRepository for T {
    async fn list_packages(&mut self) -> Result<Vec<TrafficPackage>, StoreError> {
        Ok(self.billing()?.packages.values().cloned().collect())
    }

    async fn find_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError> {
        Ok(self.billing()?.packages.get(&id).cloned())
    }

    async fn lock_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError> {
        self.find_package(id).await
    }

    async fn insert_package(&mut self, package: &TrafficPackage) -> Result<PackageId, StoreError> {
        let packages = &mut self.billing()?.packages;
        let last = packages.last_key_value().map_or(0, |(id, _)| id.get());
        let id = PackageId::new(last + 1);
        let package = TrafficPackage {
            id,
            ..package.clone()
        };
        packages.insert(id, package);
        Ok(id)
    }

    async fn update_package(&mut self, package: &TrafficPackage) -> Result<bool, StoreError> {
        let stored = self.billing()?.packages.get_mut(&package.id);
        let found = stored.is_some();
        if let Some(stored) = stored {
            stored.terms = package.terms.clone();
            (stored.show, stored.updated_at) = (package.show, package.updated_at);
        }
        Ok(found)
    }

    async fn delete_package(&mut self, id: PackageId) -> Result<bool, StoreError> {
        Ok(self.billing()?.packages.remove(&id).is_some())
    }

    async fn list_package_places(
        &mut self,
        packages: &[PackageId],
    ) -> Result<Vec<(PackageId, Option<i64>)>, StoreError> {
        let stored = self.billing()?.packages.values();
        let named = stored.filter(|package| packages.contains(&package.id));
        Ok(named.map(|package| (package.id, package.sort)).collect())
    }

    async fn update_package_places(
        &mut self,
        places: &[(PackageId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let packages = &mut self.billing()?.packages;
        for (id, place) in places {
            if let Some(package) = packages.get_mut(id) {
                (package.sort, package.updated_at) = (Some(*place), at);
            }
        }
        Ok(())
    }

    async fn move_package_sold(&mut self, id: PackageId) -> Result<bool, StoreError> {
        let package = self.billing()?.packages.get_mut(&id);
        let Some(package) = package.filter(|package| package.has_place()) else {
            return Ok(false);
        };
        package.sold += 1;
        Ok(true)
    }

    async fn update_package_sold(&mut self, id: PackageId) -> Result<(), StoreError> {
        if let Some(package) = self.billing()?.packages.get_mut(&id) {
            package.sold = (package.sold - 1).max(0);
        }
        Ok(())
    }
}

#[async_trait]
impl<T: HasBilling> PackageOrderRepository for T {
    async fn insert_package_order(&mut self, bought: &PackageOrder) -> Result<(), StoreError> {
        if self.billing()?.package_orders.contains_key(&bought.order) {
            let constraint = "ferro_package_order.order_id".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        let row = PackageRow {
            bought: bought.clone(),
            left: 0,
            until: bought.until,
            opened_at: None,
        };
        self.billing()?.package_orders.insert(bought.order, row);
        Ok(())
    }

    async fn list_package_orders(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<PackageOrder>, StoreError> {
        let rows = self.billing()?.package_orders.values();
        let named = rows.filter(|row| orders.contains(&row.bought.order));
        Ok(named.map(|row| row.bought.clone()).collect())
    }

    async fn move_package_begun(
        &mut self,
        order: OrderId,
        until: PackageEnd,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.billing()?.package_orders.get_mut(&order);
        let Some(row) = row.filter(|row| row.opened_at.is_none()) else {
            return Ok(false);
        };
        (row.left, row.until, row.opened_at) = (row.bought.bytes, until, Some(at));
        Ok(true)
    }

    async fn list_package_holders(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<PackageHolder>, StoreError> {
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let mut holders = Vec::new();
        for user in users {
            let shares = self.billing()?.package_shares(user);
            if let Some(row) = self.billed_user(user)?.filter(|_| !shares.is_empty()) {
                holders.push(PackageHolder {
                    user,
                    transfer_enable: row.transfer_enable,
                    used: row.upload.saturating_add(row.download),
                    shares,
                });
            }
        }
        Ok(holders)
    }

    async fn move_packages(&mut self, moves: &[PackageMove]) -> Result<u64, StoreError> {
        let mut moved = 0;
        for change in moves {
            let row = self.billing()?.package_orders.get_mut(&change.order);
            if let Some(row) = row.filter(|row| row.left == change.from) {
                (row.left, row.until) = (change.to, change.until);
                moved += 1;
            }
        }
        Ok(moved)
    }

    async fn move_quotas(
        &mut self,
        moves: &[QuotaMove],
        _at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let mut moved = 0;
        for change in moves {
            let row = self.billed_user(change.user)?;
            if let Some(row) = row.filter(|row| row.transfer_enable == change.from) {
                row.transfer_enable = change.to;
                moved += 1;
            }
        }
        Ok(moved)
    }
}
