use actix_web::web::Data;
use ferroboard_application::{AccountView, SubscriptionView};
use ferroboard_billing::{Plan, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::guest::plans::PricesInCents;
use crate::request::client_address::Root;

/// A subscription. Traffic is in bytes, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionBody {
    plan_id: Option<i64>,
    /// The secret in `subscribe_url`.
    token: String,
    /// Null never ends; 0 has none.
    expired_at: Option<i64>,
    /// Bytes sent in this period.
    u: i64,
    /// Bytes received in this period.
    d: i64,
    /// Bytes for one period.
    transfer_enable: i64,
    email: String,
    uuid: String,
    device_limit: Option<i64>,
    /// Mbps.
    speed_limit: Option<i64>,
    next_reset_at: Option<i64>,
    plan: Option<PlanBody>,
    /// Empty where a real name is required first.
    subscribe_url: String,
    /// `true` where a real name is required first; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    realname_required: Option<bool>,
    /// Days until the traffic is counted anew.
    reset_day: Option<i64>,
    /// 1 where the subscription renews itself from the balance.
    auto_renewal: u8,
}

impl SubscriptionBody {
    fn new(account: AccountView, view: SubscriptionView) -> Self {
        Self {
            plan_id: account.plan_id.map(PlanId::get),
            token: account.subscribe_token.as_str().to_owned(),
            expired_at: account.expired_at.map(UnixSeconds::get),
            u: account.upload,
            d: account.download,
            transfer_enable: account.transfer_enable,
            email: account.email.to_string(),
            uuid: account.uuid,
            device_limit: account.device_limit,
            speed_limit: account.speed_limit,
            next_reset_at: view.next_reset_at.map(UnixSeconds::get),
            plan: view.plan.map(PlanBody::from),
            subscribe_url: view.subscribe_url,
            realname_required: view.real_name_required.then_some(true),
            reset_day: view.reset_day,
            auto_renewal: account.auto_renewal.into(),
        }
    }
}

/// A plan as stored: `prices` in major units, `transfer_enable` in GB; and the prices once more in
/// cents under the names that old clients know.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanBody {
    id: i64,
    group_id: Option<i64>,
    transfer_enable: i64,
    name: String,
    #[schema(value_type = Object)]
    prices: Value,
    sell: bool,
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
    #[serde(flatten)]
    prices_in_cents: PricesInCents,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        Self {
            id: plan.id.get(),
            prices_in_cents: PricesInCents::from(&plan),
            prices: plan.prices.stored().clone(),
            group_id: plan.group_id.map(GroupId::get),
            transfer_enable: plan.traffic.get(),
            name: plan.name,
            sell: plan.sell,
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

/// The subscription with its plan and its address.
#[utoipa::path(
    get,
    path = "/api/v1/user/getSubscribe",
    responses(
        (status = 200, description = "The subscription", body = SuccessBody<SubscriptionBody>),
        (status = 400, description = "The plan no longer exists", body = FailureBody),
    )
)]
pub(crate) async fn describe(
    session: Session,
    root: Root,
    panel: Data<Panel>,
) -> Result<Success<SubscriptionBody>, Fault> {
    let account = session.0.account;
    let run = panel.run(|app| async move {
        let account = app.traffic_resets.on_access(account).await;
        let view = app
            .subscriptions
            .describe(&account, root.0.for_asker())
            .await?;
        Ok((account, view))
    });
    let (account, view) = run.await?;
    Ok(Success(SubscriptionBody::new(account, view)))
}

/// Begins the next period for the rest of this one, whose traffic is used up: the subscription ends earlier, and
/// its traffic is counted anew.
#[utoipa::path(
    post,
    path = "/api/v1/user/newPeriod",
    responses(
        (status = 200, description = "Begun", body = SuccessBody<bool>),
        (status = 400, description = "The site does not allow it, traffic is left, or there is no next period", body = FailureBody),
    )
)]
pub(crate) async fn begin_next_period(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.traffic_resets.begin_next_period(user).await });
    run.await?;
    Ok(DONE)
}
