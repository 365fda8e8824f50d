//! `plan/*`: the plans.

use actix_web::web::Data;
use ferroboard_application::{Error, OfferedPlanView};
use ferroboard_billing::{BillingError, Plan, PlanOffer, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// A plan as it is stored. Prices are in units of the currency, traffic in GB.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanColumns {
    id: i64,
    group_id: Option<i64>,
    transfer_enable: i64,
    name: String,
    /// Price by period.
    #[schema(value_type = Option<Object>)]
    prices: Value,
    /// 1 or 0.
    sell: u8,
    /// Mbps.
    speed_limit: Option<i64>,
    device_limit: Option<i64>,
    show: bool,
    sort: Option<i64>,
    renew: bool,
    content: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    tags: Value,
    reset_traffic_method: Option<i64>,
    capacity_limit: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// A plan as administrators see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferedPlan {
    #[serde(flatten)]
    plan: PlanColumns,
    /// Users who have it.
    users_count: i64,
    /// Those whose subscription has not ended.
    active_users_count: i64,
    group: Option<PlanGroup>,
}

/// The group whose nodes a plan opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanGroup {
    id: i64,
    name: String,
}

impl From<Plan> for PlanColumns {
    fn from(plan: Plan) -> Self {
        Self {
            id: plan.id.get(),
            group_id: plan.group_id.map(GroupId::get),
            transfer_enable: plan.traffic.get(),
            name: plan.name,
            prices: plan.prices.stored().clone(),
            sell: u8::from(plan.sell),
            speed_limit: plan.speed_limit,
            device_limit: plan.device_limit,
            show: plan.show,
            sort: plan.sort,
            renew: plan.renew,
            content: plan.content,
            tags: plan.tags.stored().clone(),
            reset_traffic_method: plan.reset_method.map(ResetMethod::code),
            capacity_limit: plan.capacity_limit,
            created_at: plan.created_at.get(),
            updated_at: plan.updated_at.get(),
        }
    }
}

impl From<OfferedPlanView> for OfferedPlan {
    fn from(view: OfferedPlanView) -> Self {
        let group = view.plan.group_id.map(GroupId::get).zip(view.group);
        Self {
            plan: PlanColumns::from(view.plan),
            users_count: view.users.all,
            active_users_count: view.users.active,
            group: group.map(|(id, name)| PlanGroup { id, name }),
        }
    }
}

/// Every plan.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/plan/fetch",
    responses((status = 200, description = "The plans", body = SuccessBody<Vec<OfferedPlan>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<OfferedPlan>>, Fault> {
    let run = panel.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?.into_iter();
    Ok(Success(plans.map(OfferedPlan::from).collect()))
}

/// Which switches of a plan to turn.
#[derive(ToSchema)]
pub(crate) struct ChangePlan {
    #[schema(value_type = i64)]
    id: PlanId,
    /// Whether it is listed.
    show: Option<bool>,
    /// Whether subscribers may renew it.
    renew: Option<bool>,
    /// Whether new customers may buy it.
    sell: Option<bool>,
}

impl Body for ChangePlan {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = plan(read);
        let (show, renew) = (switch(read, "show"), switch(read, "renew"));
        let sell = switch(read, "sell");
        Ok(Self {
            id: id?,
            show: show?,
            renew: renew?,
            sell: sell?,
        })
    }
}

/// The plan that is meant. What is no number is refused like one that no plan has, and so is nothing, as the
/// reference does it.
fn plan(read: &mut Reader<'_>) -> Result<PlanId, Refused> {
    let id = read.any("id").naming(no_plan, Given::integer);
    id.map(PlanId::new).get()
}

/// What is said of a plan that is not there.
pub(super) fn no_plan() -> Fault {
    Error::from(BillingError::PlanMissing).into()
}

fn switch(read: &mut Reader<'_>, name: &'static str) -> Result<Option<bool>, Refused> {
    let switch = read.nullable(name).boolean();
    switch.says(Message::SettingNotFlag).get()
}

/// Turns switches of a plan.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/update",
    request_body = ChangePlan,
    responses(
        (status = 200, description = "Turned", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan", body = FailureBody),
        (status = 422, description = "A switch is neither on nor off", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<ChangePlan>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let offer = PlanOffer {
        show: body.show,
        sell: body.sell,
        renew: body.renew,
    };
    let run = panel.run(move |app| async move {
        app.administration
            .plans
            .change(body.id, offer, change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// Which plan to delete.
#[derive(ToSchema)]
pub(crate) struct DropPlan {
    #[schema(value_type = i64)]
    id: PlanId,
}

impl Body for DropPlan {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        plan(read).map(|id| Self { id })
    }
}

/// Deletes a plan that nobody has and nobody ordered.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/drop",
    request_body = DropPlan,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan, or it is in use", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<DropPlan>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.plans.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}
