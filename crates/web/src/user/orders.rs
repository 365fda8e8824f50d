use std::collections::HashMap;
use std::marker::PhantomData;

use actix_web::HttpResponse;
use actix_web::web::Data;
use ferroboard_application::{Error, NewPurchase};
use ferroboard_billing::{BillingError, CouponCode, Order, OrderStatus, Period, TopUpPolicy};
use ferroboard_kernel::{Cents, PackageId, PlanId, TradeNo};
use utoipa::{IntoParams, ToSchema};

use super::order_body::{OrderDetail, OrderItem};
use crate::Panel;
use crate::answer::envelope::{self, DONE, FailureBody, Success, SuccessBody, success};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::guest::plans::{PlanItem, PlanTexts};
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// What is to be bought.
#[derive(ToSchema)]
pub(crate) struct PlaceOrderBody {
    #[schema(value_type = i64)]
    plan_id: PlanId,
    /// `month_price`, `quarter_price`, `half_year_price`, `year_price`, `two_year_price`,
    /// `three_year_price`, `onetime_price` or `reset_price`.
    #[schema(value_type = String)]
    period: Period,
    #[schema(value_type = Option<String>)]
    coupon_code: Option<CouponCode>,
}

impl Body for PlaceOrderBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let plan = read.required("plan_id").says(Message::PlanRequired);
        let plan = plan.integer().says(Message::PlanMissing);
        let plan = plan.map(PlanId::new).get();
        let period = read.required("period").says(Message::PeriodRequired);
        let period = period.parse(Message::PeriodInvalid, |period| {
            Period::parse(&period.text()?)
        });
        let period = period.get();
        let coupon = read.nullable("coupon_code").naming(no_coupon, coupon_code);
        let coupon = coupon.get();
        Ok(Self {
            plan_id: plan?,
            period: period?,
            coupon_code: coupon?,
        })
    }
}

impl From<PlaceOrderBody> for NewPurchase {
    fn from(body: PlaceOrderBody) -> Self {
        Self {
            plan_id: body.plan_id,
            period: body.period,
            coupon: body.coupon_code,
        }
    }
}

/// What is to be ordered: a plan, traffic or money for the balance.
enum Wanted {
    Plan(NewPurchase),
    Package(PackageId),
    TopUp(Cents),
}

/// What is to be ordered.
#[derive(ToSchema)]
pub(crate) struct SaveOrderBody {
    /// The plan; 0 for a top-up, nothing for a traffic package.
    #[schema(value_type = i64)]
    plan_id: PhantomData<i64>,
    /// As for a quote, or `deposit` for a top-up; nothing for a traffic package.
    #[schema(value_type = String)]
    period: PhantomData<Period>,
    #[schema(value_type = Option<String>)]
    coupon_code: PhantomData<CouponCode>,
    /// A traffic package, in place of a plan and a period.
    #[schema(value_type = Option<i64>)]
    package_id: PhantomData<PackageId>,
    /// What is paid in, in cents, for a top-up: 1 to 9,999,998.
    #[schema(value_type = Option<i64>)]
    deposit_amount: Wanted,
}

impl Body for SaveOrderBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let period = read.given("period").text();
        let is_top_up = period.as_deref() == Some(Period::Deposit.key());
        let wanted = if is_top_up {
            Wanted::TopUp(top_up(read)?)
        } else if !read.given("package_id").is_blank() {
            let package = read.required("package_id").integer();
            let package = package.says(Message::PackageMissing);
            Wanted::Package(package.map(PackageId::new).get()?)
        } else {
            Wanted::Plan(PlaceOrderBody::read(read)?.into())
        };
        Ok(Self {
            plan_id: PhantomData,
            period: PhantomData,
            coupon_code: PhantomData,
            package_id: PhantomData,
            deposit_amount: wanted,
        })
    }
}

/// The amount of a top-up, which is for no plan.
fn top_up(read: &mut Reader<'_>) -> Result<Cents, Refused> {
    let plan = read.required("plan_id").says(Message::PlanRequired);
    let plan = plan.parse(Message::PlanMissing, |plan| {
        plan.integer()
            .filter(|plan| *plan == TopUpPolicy::NO_PLAN.get())
    });
    let plan = plan.get();
    let amount = read.required("deposit_amount");
    let amount = amount.says(Message::DepositAmountRequired);
    let amount = amount.parse(Message::DepositAmountInvalid, |amount| {
        let amount = amount.integer().map(Cents::new);
        amount.filter(|amount| (TopUpPolicy::LEAST..=TopUpPolicy::MOST).contains(amount))
    });
    let amount = amount.get();
    plan?;
    amount
}

/// The number of an order, whether or not there is such an order.
pub(crate) fn trade_no(given: Given<'_>) -> Option<TradeNo> {
    TradeNo::parse(&given.text()?).ok()
}

/// What cannot be the number of an order is refused like one that no order has.
pub(crate) fn no_order() -> Fault {
    Error::from(BillingError::OrderMissing).into()
}

/// The code of a coupon, whether or not there is such a coupon.
pub(super) fn coupon_code(given: Given<'_>) -> Option<CouponCode> {
    CouponCode::parse(&given.text()?)
}

/// What cannot be the code of a coupon is refused like one that no coupon has.
pub(super) fn no_coupon() -> Fault {
    Error::from(BillingError::CouponInvalid).into()
}

/// Places an order and takes what the balance pays. An order with nothing left to pay waits for its
/// checkout too. An order for the balance itself takes nothing from it, and one for a traffic package is for a running
/// subscription.
#[utoipa::path(
    post,
    path = "/api/v1/user/order/save",
    request_body = SaveOrderBody,
    responses(
        (status = 200, description = "The number of the order", body = SuccessBody<String>),
        (status = 400, description = "The plan, the package or the coupon cannot be had, there are no top-ups, or another order is unfinished", body = FailureBody),
        (status = 422, description = "A field is missing or malformed, or there is no such plan", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn place(
    session: Session,
    Read(body): Read<SaveOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let wanted = body.deposit_amount;
    let account = session.0.account;
    let run = panel.run(|app| async move {
        let placed = match wanted {
            Wanted::Plan(wanted) => app.orders.place(&account, wanted).await,
            Wanted::Package(package) => app.packages.place(&account, package).await,
            Wanted::TopUp(amount) => app.orders.place_top_up(&account, amount).await,
        };
        match placed {
            // Here an unknown plan is a malformed field, not a refusal.
            Err(Error::Billing(BillingError::PlanMissing)) => Ok(None),
            outcome => outcome.map(Some),
        }
    });
    let unknown_plan = || Fault::invalid(vec![("plan_id", vec![Message::PlanMissing])]);
    let trade_no = run.await?.ok_or_else(unknown_plan)?;
    Ok(Success(trade_no.as_str().to_owned()))
}

/// Which order is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatusQuery {
    #[param(value_type = String)]
    trade_no: TradeNo,
}

impl Body for StatusQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let trade_no = read.any("trade_no").naming(no_order, trade_no);
        Ok(Self {
            trade_no: trade_no.get()?,
        })
    }
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
    Read(query): Read<StatusQuery>,
    panel: Data<Panel>,
) -> Result<Success<i64>, Fault> {
    let user = session.0.account.id;
    let trade_no = query.trade_no;
    let run = panel.run(move |app| async move { app.orders.status(user, &trade_no).await });
    Ok(Success(run.await?.code()))
}

/// Which order is to be shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetailQuery {
    #[param(value_type = String)]
    trade_no: TradeNo,
}

impl Body for DetailQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            trade_no: named_order(read)?,
        })
    }
}

/// The number of an order, which must be there.
pub(crate) fn named_order(read: &mut Reader<'_>) -> Result<TradeNo, Refused> {
    let number = read.required("trade_no").says(Message::TradeNoRequired);
    number.naming(no_order, trade_no).get()
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
    Read(query): Read<DetailQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Success<OrderDetail>, Fault> {
    let user = session.0.account.id;
    let trade_no = query.trade_no;
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
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 0 to 4; left out for all.
    #[param(value_type = Option<u8>)]
    status: Option<OrderStatus>,
}

impl Body for ListQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let status = read.nullable("status");
        let status = status.parse(Message::OrderStatusInvalid, |code| {
            OrderStatus::from_code(code.integer()?)
        });
        Ok(Self {
            status: status.get()?,
        })
    }
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
    Read(query): Read<ListQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let user = session.0.account.id;
    let status = query.status;
    let run = panel.run(move |app| async move { app.orders.list(user, status).await });
    let (orders, plans) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method: panel.application().plans.reset_method(),
    };
    let mut bought: HashMap<PlanId, PlanItem> = HashMap::new();
    for order in &orders {
        if let Some(plan) = plans.get(&order.plan_id) {
            let item = bought.entry(plan.id);
            item.or_insert_with(|| PlanItem::new(plan.clone(), texts));
        }
    }
    let item = |order: Order| {
        let plan = bought.get(&order.plan_id);
        OrderItem::new(order, plan)
    };
    let items: Vec<OrderItem<'_>> = orders.into_iter().map(item).collect();
    Ok(envelope::written(success(items).into()))
}

/// Which order is to be cancelled.
#[derive(ToSchema)]
pub(crate) struct CancelOrderBody {
    #[schema(value_type = String)]
    trade_no: TradeNo,
}

impl Body for CancelOrderBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            trade_no: named_order(read)?,
        })
    }
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
    Read(body): Read<CancelOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let trade_no = body.trade_no;
    let run = panel.run(move |app| async move { app.orders.cancel(user, &trade_no).await });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::{body_of, complaint};
    use crate::request::input::Input;

    #[test]
    fn plans_and_periods_are_judged_whatever_their_type() {
        for (value, expected) in [
            (json!(1), None),
            (json!("1"), None),
            (json!(null), Some(Message::PlanRequired)),
            (json!("abc"), Some(Message::PlanMissing)),
            (json!([1]), Some(Message::PlanMissing)),
        ] {
            let said = complaint::<PlaceOrderBody>("plan_id", &value);
            assert_eq!(said, expected, "{value}");
        }
        for (value, expected) in [
            (json!("month_price"), None),
            (json!("monthly"), None),
            (json!("deposit"), Some(Message::PeriodInvalid)),
            (json!({"a": 1}), Some(Message::PeriodInvalid)),
            (json!(null), Some(Message::PeriodRequired)),
            // As Laravel has it, what is empty is missing.
            (json!({}), Some(Message::PeriodRequired)),
        ] {
            let said = complaint::<PlaceOrderBody>("period", &value);
            assert_eq!(said, expected, "{value}");
        }
    }

    #[test]
    fn top_ups_name_no_plan_and_an_amount() {
        for (plan, amount, expected) in [
            (json!(0), json!(1), None),
            (json!("0"), json!("9999998"), None),
            (
                json!(1),
                json!(100),
                Some(("plan_id", Message::PlanMissing)),
            ),
            (
                json!(null),
                json!(100),
                Some(("plan_id", Message::PlanRequired)),
            ),
            (
                json!(0),
                json!(null),
                Some(("deposit_amount", Message::DepositAmountRequired)),
            ),
            (
                json!(0),
                json!(0),
                Some(("deposit_amount", Message::DepositAmountInvalid)),
            ),
            (
                json!(0),
                json!(9_999_999),
                Some(("deposit_amount", Message::DepositAmountInvalid)),
            ),
            (
                json!(0),
                json!(1.5),
                Some(("deposit_amount", Message::DepositAmountInvalid)),
            ),
            (
                json!(0),
                json!([1]),
                Some(("deposit_amount", Message::DepositAmountInvalid)),
            ),
        ] {
            let body = json!({"plan_id": plan, "period": "deposit", "deposit_amount": amount});
            let read = body_of::<SaveOrderBody>(&Input::of_json(&body));
            match expected {
                None => assert!(
                    matches!(read.unwrap().deposit_amount, Wanted::TopUp(_)),
                    "{body}"
                ),
                Some((_, message)) => assert!(read.err().unwrap().is(message), "{body}"),
            }
        }
    }

    #[test]
    fn statuses_and_numbers_are_judged_whatever_their_type() {
        for (value, expected) in [
            (json!(null), None),
            (json!(4), None),
            (json!("0"), None),
            (json!(5), Some(Message::OrderStatusInvalid)),
            (json!("x"), Some(Message::OrderStatusInvalid)),
        ] {
            let said = complaint::<ListQuery>("status", &value);
            assert_eq!(said, expected, "{value}");
        }
        let said = |value| complaint::<CancelOrderBody>("trade_no", &value);
        assert_eq!(said(json!(null)), Some(Message::TradeNoRequired));
        assert_eq!(said(json!("x")), None);
    }

    #[test]
    fn what_names_nothing_is_refused_like_the_unknown() {
        for value in [json!("a b"), json!([1]), json!(true), json!("1".repeat(37))] {
            let input = Input::of_json(&json!({"trade_no": value}));
            for fault in [
                body_of::<StatusQuery>(&input).err(),
                body_of::<DetailQuery>(&input).err(),
            ] {
                assert!(fault.unwrap().is(Message::OrderMissing), "{value}");
            }
        }
        let nothing = body_of::<StatusQuery>(&Input::of_json(&json!({})));
        assert!(nothing.err().unwrap().is(Message::OrderMissing));
        assert!(coupon_code(Given::List(&[])).is_none());
        assert!(coupon_code(Given::Text("A")).is_some());
    }
}
