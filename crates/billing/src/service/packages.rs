//! What administrators do with packages, and how what is left of them follows what happens to a subscription.

use ferroboard_kernel::{PackageId, UnixSeconds, UserId};

use super::moved_behind_lock;
use super::plans::places;
use crate::{
    BillingError, BillingTx, Buyer, HeldPackages, Order, PackageHolder, PackageMove, PackageTerms,
    QuotaEvent, QuotaMove, TrafficPackage,
};

/// What administrators do with traffic packages.
#[derive(Debug, Clone, Copy, Default)]
pub struct PackageService;

impl PackageService {
    /// Makes a package, which is not on sale yet.
    pub async fn create(
        self,
        tx: &mut dyn BillingTx,
        terms: &PackageTerms,
        at: UnixSeconds,
    ) -> Result<TrafficPackage, BillingError> {
        let package = TrafficPackage {
            id: PackageId::new(0),
            terms: terms.clone(),
            show: false,
            sort: None,
            sold: 0,
            created_at: at,
            updated_at: at,
        };
        let id = tx.insert_package(&package).await?;
        Ok(TrafficPackage { id, ..package })
    }

    /// Changes what is said about a package; what was bought of it stays as it was. The package before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::PackageMissing`].
    pub async fn change(
        self,
        tx: &mut dyn BillingTx,
        id: PackageId,
        terms: &PackageTerms,
        at: UnixSeconds,
    ) -> Result<(TrafficPackage, TrafficPackage), BillingError> {
        let package = lock(tx, id).await?;
        let changed = TrafficPackage {
            terms: terms.clone(),
            updated_at: at,
            ..package.clone()
        };
        write(tx, package, changed).await
    }

    /// Puts a package on sale that is not, and the other way round. The package before and after.
    ///
    /// # Errors
    ///
    /// [`BillingError::PackageMissing`].
    pub async fn switch(
        self,
        tx: &mut dyn BillingTx,
        id: PackageId,
        at: UnixSeconds,
    ) -> Result<(TrafficPackage, TrafficPackage), BillingError> {
        let package = lock(tx, id).await?;
        let changed = TrafficPackage {
            show: !package.show,
            updated_at: at,
            ..package.clone()
        };
        write(tx, package, changed).await
    }

    /// Deletes a package. What was bought of it stays, also what waits for its payment.
    ///
    /// # Errors
    ///
    /// [`BillingError::PackageMissing`].
    pub async fn delete(
        self,
        tx: &mut dyn BillingTx,
        id: PackageId,
    ) -> Result<TrafficPackage, BillingError> {
        let package = lock(tx, id).await?;
        let deleted = tx.delete_package(id).await?;
        deleted
            .then_some(package)
            .ok_or(BillingError::PackageMissing)
    }

    /// Gives packages the places in which they are named. The places before.
    ///
    /// # Errors
    ///
    /// [`BillingError::PackageMissing`] when one of them is.
    pub async fn sort(
        self,
        tx: &mut dyn BillingTx,
        packages: &[PackageId],
        at: UnixSeconds,
    ) -> Result<Vec<(PackageId, Option<i64>)>, BillingError> {
        let places = places(packages);
        let ids: Vec<PackageId> = places.iter().map(|(id, _)| *id).collect();
        let before = tx.list_package_places(&ids).await?;
        if before.len() != ids.len() {
            return Err(BillingError::PackageMissing);
        }
        tx.update_package_places(&places, at).await?;
        Ok(before)
    }

    /// Lets what is left of a user's packages fit into the `transfer_enable` that an administrator wrote. The user's
    /// row is locked.
    ///
    /// # Errors
    ///
    /// [`BillingError::Store`].
    pub async fn fit(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        follow(tx, &[user], QuotaEvent::default(), now).await
    }
}

async fn lock(tx: &mut dyn BillingTx, id: PackageId) -> Result<TrafficPackage, BillingError> {
    let package = tx.lock_package(id).await?;
    package.ok_or(BillingError::PackageMissing)
}

async fn write(
    tx: &mut dyn BillingTx,
    package: TrafficPackage,
    changed: TrafficPackage,
) -> Result<(TrafficPackage, TrafficPackage), BillingError> {
    let updated = tx.update_package(&changed).await?;
    let both = updated.then_some((package, changed));
    both.ok_or(BillingError::PackageMissing)
}

/// Lets the packages of these users, whose rows are locked, follow the event, and `transfer_enable` follow the
/// packages. To be called before the counters are set to zero: what was used is told by them.
pub(super) async fn follow(
    tx: &mut dyn BillingTx,
    users: &[UserId],
    event: QuotaEvent,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    move_all(tx, users, |holder| holder.after(event), now).await
}

/// Takes back what is not used of the package that the order bought; the buyer's row is locked.
pub(super) async fn take_back(
    tx: &mut dyn BillingTx,
    order: &Order,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    let without = |holder: &PackageHolder| holder.without(order.id);
    move_all(tx, &[order.user_id], without, now).await
}

/// Writes what becomes of the packages of these users, whose rows are locked, and the `transfer_enable` that follows.
async fn move_all(
    tx: &mut dyn BillingTx,
    users: &[UserId],
    becomes: impl Fn(&PackageHolder) -> HeldPackages + Send,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    if users.is_empty() {
        return Ok(());
    }
    let holders = tx.list_package_holders(users).await?;
    let (mut packages, mut quotas) = (Vec::new(), Vec::new());
    for holder in holders {
        let held = becomes(&holder);
        packages.extend(held.moves);
        let quota = QuotaMove {
            user: holder.user,
            from: holder.transfer_enable,
            to: holder.plan_quota().saturating_add(held.given),
        };
        if quota.from != quota.to {
            quotas.push(quota);
        }
    }
    move_packages(tx, &packages).await?;
    if quotas.is_empty() {
        return Ok(());
    }
    let moved = tx.move_quotas(&quotas, now).await?;
    moved_behind_lock(usize::try_from(moved) == Ok(quotas.len()), "a quota")
}

/// The buyer, whose row is locked, with what is left of packages; with none where nothing is.
pub(super) async fn holder_of(
    tx: &mut dyn BillingTx,
    buyer: &Buyer,
) -> Result<PackageHolder, BillingError> {
    let holder = tx.list_package_holders(&[buyer.id]).await?.pop();
    Ok(holder.unwrap_or_else(|| PackageHolder {
        user: buyer.id,
        transfer_enable: buyer.transfer_enable,
        used: buyer.upload.saturating_add(buyer.download),
        shares: Vec::new(),
    }))
}

/// Writes what is left of packages, as it was decided behind the lock.
pub(super) async fn move_packages(
    tx: &mut dyn BillingTx,
    moves: &[PackageMove],
) -> Result<(), BillingError> {
    if moves.is_empty() {
        return Ok(());
    }
    let moved = tx.move_packages(moves).await?;
    moved_behind_lock(usize::try_from(moved) == Ok(moves.len()), "a package")
}
