use actix_web::web::Data;
use ferroboard_application::{Error, NewPurchase};
use ferroboard_billing::BillingError;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::order_body::{OrderDetail, OrderItem};
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::answer::order_fields as rules;
use crate::guards::session::Session;
use crate::guest::plans::PlanTexts;
use crate::request::field::Field;
use crate::request::valid::Valid;

/// What is to be bought.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct PlaceOrderBody {
    #[validate(custom(function = rules::plan))]
    #[schema(value_type = i64)]
    plan_id: Field,
    /// `month_price`, `quarter_price`, `half_year_price`, `year_price`, `two_year_price`,
    /// `three_year_price`, `onetime_price` or `reset_price`.
    #[validate(custom(function = rules::period))]
    #[schema(value_type = String)]
    period: Field,
    #[schema(value_type = Option<String>, required = false)]
    coupon_code: Field,
}

/// Places an order and takes what the balance pays. An order with nothing left to pay waits for its
/// checkout too.
#[utoipa::path(
    post,
    path = "/api/v1/user/order/save",
    request_body = PlaceOrderBody,
    responses(
        (status = 200, description = "The number of the order", body = SuccessBody<String>),
        (status = 400, description = "The plan or the coupon cannot be had, or another order is unfinished", body = FailureBody),
        (status = 422, description = "A field is missing or malformed, or there is no such plan", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn place(
    session: Session,
    Valid(body): Valid<PlaceOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let coupon = if body.coupon_code.is_blank() {
        None
    } else {
        Some(body.coupon_code.to_coupon_code()?)
    };
    let unknown_plan = || Fault::invalid(vec![("plan_id", vec![Message::PlanMissing])]);
    let wanted = NewPurchase {
        plan_id: body.plan_id.plan_id().ok_or_else(unknown_plan)?,
        period: body
            .period
            .period()
            .ok_or(Fault::refused(Message::PeriodInvalid))?,
        coupon,
    };
    let account = session.0.account;
    let run = panel.run(|app| async move {
        match app.orders.place(&account, wanted).await {
            // Here an unknown plan is a malformed field, not a refusal.
            Err(Error::Billing(BillingError::PlanMissing)) => Ok(None),
            outcome => outcome.map(Some),
        }
    });
    let trade_no = run.await?.ok_or_else(unknown_plan)?;
    Ok(Success(trade_no.as_str().to_owned()))
}

/// Which order is meant.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatusQuery {
    #[param(value_type = String, required = true)]
    trade_no: Field,
}

/// Where an order stands: 0 pending, 1 processing, 2 cancelled, 3 completed, 4 discounted.
#[utoipa::path(
    get,
    path = "/api/v1/user/order/check",
    params(StatusQuery),
    responses(
        (status = 200, description = "Its status", body = SuccessBody<i64>),
        (status = 400, description = "The user has no such order", body = FailureBody),
    )
)]
pub(crate) async fn status(
    session: Session,
    Valid(query): Valid<StatusQuery>,
    panel: Data<Panel>,
) -> Result<Success<i64>, Fault> {
    let user = session.0.account.id;
    let trade_no = query.trade_no.to_trade_no(BillingError::OrderMissing)?;
    let run = panel.run(move |app| async move { app.orders.status(user, &trade_no).await });
    Ok(Success(run.await?.code()))
}

/// Which order is to be shown.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetailQuery {
    #[validate(custom(function = rules::trade_no))]
    #[param(value_type = String, required = true)]
    trade_no: Field,
}

/// An order with its plan, its payment method and the orders whose value it replaces.
#[utoipa::path(
    get,
    path = "/api/v1/user/order/detail",
    params(DetailQuery),
    responses(
        (status = 200, description = "The order", body = SuccessBody<OrderDetail>),
        (status = 400, description = "The user has no such order, or its plan no longer exists", body = FailureBody),
        (status = 422, description = "The number is missing", body = FailureBody),
    )
)]
pub(crate) async fn detail(
    session: Session,
    Valid(query): Valid<DetailQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<OrderDetail>, Fault> {
    let user = session.0.account.id;
    let trade_no = query.trade_no.to_trade_no(BillingError::OrderMissing)?;
    let run = panel.run(move |app| async move {
        let view = app.orders.detail(user, &trade_no).await?;
        Ok((view, app.plans.reset_method()))
    });
    let (view, reset_method) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method,
    };
    let try_out = panel.site().site.try_out_plan_id;
    Ok(Success(OrderDetail::new(view, texts, try_out)))
}

/// Which orders are to be listed.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 0 to 4; left out for all.
    #[validate(custom(function = rules::order_status))]
    #[param(value_type = Option<u8>, required = false)]
    status: Field,
}

/// The user's orders, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/order/fetch",
    params(ListQuery),
    responses(
        (status = 200, description = "The orders", body = SuccessBody<Vec<OrderItem>>),
        (status = 422, description = "There is no such status", body = FailureBody),
    )
)]
pub(crate) async fn list(
    session: Session,
    Valid(query): Valid<ListQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<Vec<OrderItem>>, Fault> {
    let user = session.0.account.id;
    let status = query.status.order_status();
    let run = panel.run(move |app| async move {
        let views = app.orders.list(user, status).await?;
        Ok((views, app.plans.reset_method()))
    });
    let (views, reset_method) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method,
    };
    let items = views.into_iter().map(|view| OrderItem::new(view, texts));
    Ok(Success(items.collect()))
}

/// Which order is to be cancelled.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct CancelOrderBody {
    #[validate(custom(function = rules::trade_no))]
    #[schema(value_type = String)]
    trade_no: Field,
}

/// Cancels an order that waits for payment; what it held comes back.
#[utoipa::path(
    post,
    path = "/api/v1/user/order/cancel",
    request_body = CancelOrderBody,
    responses(
        (status = 200, description = "Cancelled", body = SuccessBody<bool>),
        (status = 400, description = "The user has no such order, or it waits no longer", body = FailureBody),
        (status = 422, description = "The number is missing", body = FailureBody),
    )
)]
pub(crate) async fn cancel(
    session: Session,
    Valid(body): Valid<CancelOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let trade_no = body.trade_no.to_trade_no(BillingError::OrderMissing)?;
    let run = panel.run(move |app| async move { app.orders.cancel(user, &trade_no).await });
    run.await?;
    Ok(DONE)
}
