//! `traffic-package/*`: traffic that is sold beside plans.

use actix_web::web::Data;
use ferroboard_application::Error;
use ferroboard_billing::{BillingError, Gigabytes, PackageEnd, PackageTerms, TrafficPackage};
use ferroboard_kernel::{Cents, PackageId, PlanId};
use serde::Serialize;
use utoipa::ToSchema;

use super::plan_forms::NamedInOrder;
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};
use crate::user::packages::plan_numbers;

/// The largest capacity.
const MOST_SOLD: i64 = 2_147_483_647;
/// The most plans that one package names.
const MOST_PLANS: i64 = 1_000;

/// A package as administrators see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedPackageBody {
    id: i64,
    name: String,
    /// GB.
    transfer_enable: i64,
    /// Cents.
    price: i64,
    /// The plans whose subscribers can buy it; null for those of any.
    plan_ids: Option<Vec<i64>>,
    /// How long what is left of it lasts: `reset`, `end` (of the subscription) or `used_up`.
    until: &'static str,
    /// How many are sold in all; null any number.
    capacity_limit: Option<i64>,
    /// How many were sold, those that wait for payment included.
    sold: i64,
    show: bool,
    sort: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<TrafficPackage> for ManagedPackageBody {
    fn from(package: TrafficPackage) -> Self {
        let terms = package.terms;
        Self {
            id: package.id.get(),
            name: terms.name,
            transfer_enable: terms.traffic.get(),
            price: terms.price.get(),
            plan_ids: terms.plans.map(plan_numbers),
            until: terms.until.as_str(),
            capacity_limit: terms.capacity,
            sold: package.sold,
            show: package.show,
            sort: package.sort,
            created_at: package.created_at.get(),
            updated_at: package.updated_at.get(),
        }
    }
}

/// Every package.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/traffic-package/fetch",
    responses((status = 200, description = "The packages", body = SuccessBody<Vec<ManagedPackageBody>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<ManagedPackageBody>>, Fault> {
    let run = panel.run(|app| async move { app.administration.packages.list().await });
    let packages = run.await?.into_iter();
    Ok(Success(packages.map(ManagedPackageBody::from).collect()))
}

/// A package that is made or changed, as a whole.
#[derive(ToSchema)]
pub struct SavePackage {
    /// The package that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<PackageId>,
    #[schema(max_length = 255)]
    name: String,
    /// GB.
    #[schema(value_type = i64, minimum = 1, maximum = 1_000_000)]
    transfer_enable: Gigabytes,
    /// Cents.
    #[schema(value_type = i64, minimum = 0)]
    price: Cents,
    /// The plans whose subscribers can buy it; null for those of any.
    #[schema(value_type = Option<Vec<i64>>)]
    plan_ids: Option<Vec<PlanId>>,
    /// `reset`, `end` (of the subscription) or `used_up`.
    #[schema(value_type = String)]
    until: PackageEnd,
    /// How many are sold in all; null any number.
    #[schema(value_type = Option<i64>, minimum = 0)]
    capacity_limit: Option<i64>,
}

impl Body for SavePackage {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = read.required("name").text().max(255).get();
        let traffic = read.required("transfer_enable").integer().min(1);
        let traffic = traffic.max(PackageTerms::MOST_TRAFFIC.get());
        let traffic = traffic.map(Gigabytes::new).get();
        let price = read.required("price").integer().min(0);
        let price = price.max(PackageTerms::MOST_PRICE.get());
        let price = price.map(Cents::new).get();
        let plans = read.nullable("plan_ids");
        let plans = plans.each(|plan| plan.integer().map(PlanId::new).get());
        let plans = plans.max(MOST_PLANS).get();
        let until = read.required("until");
        let until = until.parse(Message::FieldNotOneOf, |until| {
            PackageEnd::parse(&until.text()?)
        });
        let until = until.get();
        let capacity = read.nullable("capacity_limit").integer();
        let capacity = capacity.min(0).max(MOST_SOLD).get();
        let id = read.nullable("id").integer().get();
        Ok(Self {
            // 0 is what a page sends that has none.
            id: id?.filter(|id| *id != 0).map(PackageId::new),
            name: name?,
            transfer_enable: traffic?,
            price: price?,
            plan_ids: plans?,
            until: until?,
            capacity_limit: capacity?,
        })
    }
}

impl SavePackage {
    /// The package that is changed, a new one without it; and what is said about it.
    #[must_use]
    pub fn into_terms(self) -> (Option<PackageId>, PackageTerms) {
        let terms = PackageTerms {
            name: self.name,
            traffic: self.transfer_enable,
            price: self.price,
            plans: self.plan_ids,
            until: self.until,
            capacity: self.capacity_limit,
        };
        (self.id, terms)
    }
}

/// Makes a package that is not on sale yet, or changes one. What was bought of it stays as it was.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/traffic-package/save",
    request_body = SavePackage,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such package", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SavePackage>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, terms) = body.into_terms();
    let run = panel.run(move |app| async move {
        let packages = &app.administration.packages;
        packages.save(id, terms, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Which package.
#[derive(ToSchema)]
pub(crate) struct NamedPackage {
    #[schema(value_type = i64)]
    id: PackageId,
}

impl Body for NamedPackage {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // What is no number names no package.
        let unknown = || Error::from(BillingError::PackageMissing).into();
        let id = read.any("id").naming(unknown, Given::integer);
        let id = id.map(PackageId::new).get()?;
        Ok(Self { id })
    }
}

/// Puts a package on sale that is not, and the other way round.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/traffic-package/show",
    request_body = NamedPackage,
    responses(
        (status = 200, description = "Switched", body = SuccessBody<bool>),
        (status = 400, description = "There is no such package", body = FailureBody),
    )
)]
pub(crate) async fn show(
    Changing(change): Changing,
    Read(body): Read<NamedPackage>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.packages.switch(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes a package. What was bought of it stays, also what waits for its payment.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/traffic-package/drop",
    request_body = NamedPackage,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such package", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedPackage>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.packages.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Lists the packages that are named in this order.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/traffic-package/sort",
    request_body = NamedInOrder,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such package", body = FailureBody),
        (status = 422, description = "These are no numbers, or too many", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<NamedInOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let packages = body.ids(PackageId::new);
    let run = panel
        .run(move |app| async move { app.administration.packages.sort(packages, change).await });
    run.await?;
    Ok(DONE)
}
