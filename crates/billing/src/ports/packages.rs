use async_trait::async_trait;
use ferroboard_kernel::{OrderId, PackageId, StoreError, UnixSeconds, UserId};

use crate::{PackageEnd, PackageHolder, PackageMove, PackageOrder, QuotaMove, TrafficPackage};

/// Traffic that is sold beside plans (`ferro_traffic_package`).
#[async_trait]
pub trait PackageRepository: Send {
    /// Every package, by number, at most 1,000.
    async fn list_packages(&mut self) -> Result<Vec<TrafficPackage>, StoreError>;

    /// The package, on sale or not.
    async fn find_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError>;

    /// The package, locked until the transaction ends.
    async fn lock_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError>;

    /// Makes the package; its own number is the table's to give.
    async fn insert_package(&mut self, package: &TrafficPackage) -> Result<PackageId, StoreError>;

    /// Writes the terms of the package and whether it is shown. `false` when it is gone.
    async fn update_package(&mut self, package: &TrafficPackage) -> Result<bool, StoreError>;

    /// Deletes the package. `false` when it is gone.
    async fn delete_package(&mut self, id: PackageId) -> Result<bool, StoreError>;

    /// The places of those of the packages that there are, by number.
    async fn list_package_places(
        &mut self,
        packages: &[PackageId],
    ) -> Result<Vec<(PackageId, Option<i64>)>, StoreError>;

    /// Writes the places of packages, in one statement.
    async fn update_package_places(
        &mut self,
        places: &[(PackageId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Counts one more as sold if its capacity holds one more. MUST be one conditional statement
    /// (`… WHERE sold < capacity`), after which nobody changes the package before the transaction ends; `false` when
    /// none is left or it is gone.
    async fn move_package_sold(&mut self, id: PackageId) -> Result<bool, StoreError>;

    /// Counts one less as sold. MUST be one statement; a package that is gone is nothing.
    async fn update_package_sold(&mut self, id: PackageId) -> Result<(), StoreError>;
}

/// What was bought of packages, and what is left of it (`ferro_package_order`). What is decided about a user's is
/// decided behind the lock of the user's row.
#[async_trait]
pub trait PackageOrderRepository: Send {
    /// Keeps what this order buys.
    async fn insert_package_order(&mut self, bought: &PackageOrder) -> Result<(), StoreError>;

    /// What the order bought.
    async fn find_package_order(
        &mut self,
        order: OrderId,
    ) -> Result<Option<PackageOrder>, StoreError> {
        Ok(self.list_package_orders(&[order]).await?.pop())
    }

    /// What those of the orders bought that bought a package, by order.
    async fn list_package_orders(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<PackageOrder>, StoreError>;

    /// Begins what the order bought: from now on all its bytes are left, until then. MUST be one conditional
    /// statement; `false` when it has begun before. `transfer_enable` is the caller's to raise.
    async fn move_package_begun(
        &mut self,
        order: OrderId,
        until: PackageEnd,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Those of the users who have something left of packages, by number; their packages by when they began, then
    /// by order. In one statement.
    async fn list_package_holders(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<PackageHolder>, StoreError>;

    /// Writes what is left of packages of which that is left which the move says; of how many it was. MUST be one
    /// conditional statement.
    async fn move_packages(&mut self, moves: &[PackageMove]) -> Result<u64, StoreError>;

    /// Writes `transfer_enable` of users of whom it is what the move says; of how many it was. MUST be one
    /// conditional statement, and MUST note whom it changes.
    async fn move_quotas(
        &mut self,
        moves: &[QuotaMove],
        at: UnixSeconds,
    ) -> Result<u64, StoreError>;
}
