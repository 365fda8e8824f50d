//! `plan/*`: the plans.

use actix_web::web::Data;
use ferroboard_application::OfferedPlanView;
use ferroboard_billing::{BillingError, PlanOffer, ResetMethod};
use ferroboard_kernel::GroupId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guest::plans::stored_json;
use crate::request::field::Field;
use crate::request::valid::{Valid, refuse_when};

/// A plan as administrators see it. Prices are in units of the currency, traffic in GB.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferedPlan {
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

impl From<OfferedPlanView> for OfferedPlan {
    fn from(view: OfferedPlanView) -> Self {
        let plan = view.plan;
        let group_id = plan.group_id.map(GroupId::get);
        Self {
            id: plan.id.get(),
            group_id,
            transfer_enable: plan.traffic.get(),
            name: plan.name,
            prices: stored_json(plan.prices.as_deref()),
            sell: u8::from(plan.sell),
            speed_limit: plan.speed_limit,
            device_limit: plan.device_limit,
            show: plan.show,
            sort: plan.sort,
            renew: plan.renew,
            content: plan.content,
            tags: stored_json(plan.tags.as_deref()),
            reset_traffic_method: plan.reset_method.map(ResetMethod::code),
            capacity_limit: plan.capacity_limit,
            created_at: plan.created_at.get(),
            updated_at: plan.updated_at.get(),
            users_count: view.users,
            active_users_count: view.active_users,
            group: group_id
                .zip(view.group)
                .map(|(id, name)| PlanGroup { id, name }),
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
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ChangePlan {
    #[validate(custom(function = plan))]
    #[schema(value_type = i64)]
    id: Field,
    /// Whether it is listed.
    #[validate(custom(function = switch))]
    #[schema(value_type = Option<bool>)]
    show: Field,
    /// Whether subscribers may renew it.
    #[validate(custom(function = switch))]
    #[schema(value_type = Option<bool>)]
    renew: Field,
    /// Whether new customers may buy it.
    #[validate(custom(function = switch))]
    #[schema(value_type = Option<bool>)]
    sell: Field,
}

fn plan(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::PlanRequired)
}

fn switch(field: &Field) -> Result<(), ValidationError> {
    let is_odd = !field.is_blank() && field.switch().is_none();
    refuse_when(is_odd, Message::SettingNotFlag)
}

/// Turns switches of a plan.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/update",
    request_body = ChangePlan,
    responses(
        (status = 200, description = "Turned", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn update(
    session: AdminSession,
    Valid(body): Valid<ChangePlan>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let record = session.record()?;
    let offer = PlanOffer {
        show: body.show.switch(),
        sell: body.sell.switch(),
        renew: body.renew.switch(),
    };
    let id = body.id.plan_id();
    let run = panel.run(move |app| async move {
        let id = id.ok_or(BillingError::PlanMissing)?;
        app.administration.plans.change(id, offer, record).await
    });
    run.await?;
    Ok(DONE)
}

/// Which plan to delete.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct DropPlan {
    #[validate(custom(function = plan))]
    #[schema(value_type = i64)]
    id: Field,
}

/// Deletes a plan that nobody has and nobody ordered.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/plan/drop",
    request_body = DropPlan,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such plan, or it is in use", body = FailureBody),
        (status = 422, description = "No plan was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    session: AdminSession,
    Valid(body): Valid<DropPlan>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let record = session.record()?;
    let id = body.id.plan_id();
    let run = panel.run(move |app| async move {
        let id = id.ok_or(BillingError::PlanMissing)?;
        app.administration.plans.delete(id, record).await
    });
    run.await?;
    Ok(DONE)
}
