//! Traffic packages, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{PackageService, PackageTerms, TrafficPackage};
use ferroboard_kernel::{PackageId, PlanId};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// The traffic packages.
pub struct PackageOffers(pub(crate) AdminContext);

impl PackageOffers {
    /// Every package, on sale or not.
    pub async fn list(&self) -> Result<Vec<TrafficPackage>, Error> {
        Ok(self.0.ports.store.admin()?.list_managed_packages().await?)
    }

    /// Makes a package, which is not on sale yet, or changes one.
    pub async fn save(
        &self,
        id: Option<PackageId>,
        terms: PackageTerms,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            match id {
                Some(id) => {
                    let (before, after) = PackageService.change(tx, id, &terms, now).await?;
                    AuditChange::between(&shown(&before), &shown(&after))
                }
                None => {
                    let made = PackageService.create(tx, &terms, now).await?;
                    AuditChange::between(&Value::Null, &shown(&made))
                }
            }
        })
    }

    /// Puts a package on sale that is not, and the other way round.
    pub async fn switch(&self, id: PackageId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = PackageService.switch(tx, id, now).await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Deletes a package. What was bought of it stays.
    pub async fn delete(&self, id: PackageId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let package = PackageService.delete(tx, id).await?;
            AuditChange::between(&shown(&package), &Value::Null)
        })
    }

    /// Gives packages the places in which they are named.
    pub async fn sort(&self, packages: Vec<PackageId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = PackageService.sort(tx, &packages, now).await?;
            let before = before.iter().map(|(id, place)| json!([id.get(), place]));
            let after = packages.iter().map(|id| Value::from(id.get()));
            AuditChange::of("places", before.collect(), after.collect())
        })
    }
}

/// What the record says of a package.
fn shown(package: &TrafficPackage) -> Value {
    let terms = &package.terms;
    let plans = terms.plans.as_deref();
    json!({
        "id": package.id.get(),
        "name": terms.name,
        "traffic": terms.traffic.get(),
        "price": terms.price.get(),
        "plan_ids": plans.map(|plans| plans.iter().copied().map(PlanId::get).collect::<Vec<_>>()),
        "until": terms.until.as_str(),
        "capacity": terms.capacity,
        "show": package.show,
    })
}
