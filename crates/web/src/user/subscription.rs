use actix_web::web::Data;
use ferroboard_application::{AccountView, SubscriptionView};
use ferroboard_billing::{Plan, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds};
use ferroboard_site::Decimal;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::client_address::Root;
use crate::envelope::{FailureBody, Success, SuccessBody};
use crate::fault::Fault;
use crate::session::Session;

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
    subscribe_url: String,
    /// Days until the traffic is counted anew.
    reset_day: Option<i64>,
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
            reset_day: view.reset_day,
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
    month_price: Option<i64>,
    quarter_price: Option<i64>,
    half_year_price: Option<i64>,
    year_price: Option<i64>,
    two_year_price: Option<i64>,
    three_year_price: Option<i64>,
    onetime_price: Option<i64>,
    reset_price: Option<i64>,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        let prices = stored_json(plan.prices.as_deref());
        Self {
            id: plan.id.get(),
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
            tags: stored_json(plan.tags.as_deref()),
            reset_traffic_method: plan.reset_method.map(ResetMethod::code),
            capacity_limit: plan.capacity_limit,
            created_at: plan.created_at.get(),
            updated_at: plan.updated_at.get(),
            month_price: cents(&prices, "monthly"),
            quarter_price: cents(&prices, "quarterly"),
            half_year_price: cents(&prices, "half_yearly"),
            year_price: cents(&prices, "yearly"),
            two_year_price: cents(&prices, "two_yearly"),
            three_year_price: cents(&prices, "three_yearly"),
            onetime_price: cents(&prices, "onetime"),
            reset_price: cents(&prices, "reset_traffic"),
            prices,
        }
    }
}

/// A JSON column; null where it is empty or broken.
fn stored_json(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// A price in major units, as a number or as a text, in cents, rounded half up.
fn cents(prices: &Value, period: &str) -> Option<i64> {
    let price = match prices.get(period)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let ten_thousandths = Decimal::parse(&price)?.ten_thousandths();
    Some(ten_thousandths.checked_add(50)?.div_euclid(100))
}

/// The subscription with its plan and its address.
#[utoipa::path(
    get,
    path = "/api/v1/user/getSubscribe",
    tag = "user",
    security(("session" = [])),
    responses(
        (status = 200, description = "The subscription", body = SuccessBody<SubscriptionBody>),
        (status = 400, description = "The plan no longer exists", body = FailureBody),
        (status = 403, description = "No live session, or the account is suspended", body = FailureBody),
    )
)]
pub(crate) async fn describe(
    session: Session,
    root: Root,
    panel: Data<Panel>,
) -> Result<Success<SubscriptionBody>, Fault> {
    let account = session.0.account;
    let run = panel.run(|app| async move {
        let view = app.subscriptions.describe(&account, &root.0).await?;
        Ok((account, view))
    });
    let (account, view) = run.await?;
    Ok(Success(SubscriptionBody::new(account, view)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_become_cents_without_rounding_errors() {
        let stored =
            r#"{"monthly":9.9,"yearly":"96","onetime":0.005,"two_yearly":null,"quarterly":-1}"#;
        let prices = stored_json(Some(stored));
        for (period, expected) in [
            ("monthly", Some(990)),
            ("yearly", Some(9_600)),
            ("onetime", Some(1)),
            ("two_yearly", None),
            ("quarterly", Some(-100)),
            ("half_yearly", None),
        ] {
            assert_eq!(cents(&prices, period), expected, "{period}");
        }
        assert_eq!(stored_json(Some("broken")), Value::Null);
        assert_eq!(cents(&Value::Null, "monthly"), None);
    }
}
