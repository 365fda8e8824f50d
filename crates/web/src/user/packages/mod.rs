//! Traffic packages, as customers see them.

use actix_web::web::Data;
use ferroboard_application::{HeldPackage, PackageOffer};
use ferroboard_billing::BillingError;
use ferroboard_kernel::PlanId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;

/// What is on sale, and what the user has.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackagesBody {
    /// The packages on sale, in their places.
    packages: Vec<PackageItem>,
    /// What the user has, the oldest first; what is used up is left out.
    own: Vec<HeldItem>,
}

/// A package on sale.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackageItem {
    id: i64,
    name: String,
    /// GB.
    transfer_enable: i64,
    /// Cents.
    price: i64,
    /// How long what is left of it lasts: `reset`, `end` (of the subscription) or `used_up`.
    until: &'static str,
    /// The plans whose subscribers can buy it; null for those of any.
    plan_ids: Option<Vec<i64>>,
    /// How many are left; null for any number.
    capacity_left: Option<i64>,
    /// Whether this user can buy it now.
    available: bool,
    /// Whether none is left.
    sold_out: bool,
}

impl From<PackageOffer> for PackageItem {
    fn from(offer: PackageOffer) -> Self {
        let PackageOffer { package, refused } = offer;
        let sold_out = !package.has_place();
        let terms = package.terms;
        let left = |most: i64| most.saturating_sub(package.sold).max(0);
        Self {
            id: package.id.get(),
            name: terms.name,
            transfer_enable: terms.traffic.get(),
            price: terms.price.get(),
            until: terms.until.as_str(),
            plan_ids: terms.plans.map(plan_numbers),
            capacity_left: terms.capacity.map(left),
            available: refused.is_none(),
            sold_out: sold_out || refused == Some(BillingError::PackageSoldOut),
        }
    }
}

/// The numbers of plans.
pub(crate) fn plan_numbers(plans: Vec<PlanId>) -> Vec<i64> {
    plans.into_iter().map(PlanId::get).collect()
}

/// What the user has of a package.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldItem {
    package_id: i64,
    name: String,
    /// Bytes that it gave.
    bytes: i64,
    /// Bytes that are left of it.
    left: i64,
    /// As of what is on sale.
    until: &'static str,
}

impl From<HeldPackage> for HeldItem {
    fn from(held: HeldPackage) -> Self {
        let HeldPackage { bought, left } = held;
        Self {
            package_id: bought.package.get(),
            name: bought.name,
            bytes: bought.bytes,
            left,
            until: bought.until.as_str(),
        }
    }
}

/// The traffic packages on sale, and what the user has of those that were bought. `transfer_enable` of `user/info` and
/// `getSubscribe` is what the plan gives and what packages give.
#[utoipa::path(
    get,
    path = "/api/v1/user/traffic-package/fetch",
    responses((status = 200, description = "The packages", body = SuccessBody<PackagesBody>))
)]
pub(crate) async fn fetch(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<PackagesBody>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.packages.list(user).await });
    let (offers, own) = run.await?;
    Ok(Success(PackagesBody {
        packages: offers.into_iter().map(PackageItem::from).collect(),
        own: own.into_iter().map(HeldItem::from).collect(),
    }))
}
