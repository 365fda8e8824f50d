//! `order/update`, `assign`, `paid` and `cancel`: what administrators do with orders.

use actix_web::web::Data;
use ferroboard_application::AssignedOrder;
use ferroboard_billing::{CommissionStatus, Period};
use ferroboard_kernel::{Cents, Email, PlanId, TradeNo};
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::Changing;
use crate::admin::plans::no_plan;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};
use crate::user::orders::{no_order, trade_no};

/// What is decided about the commission of an order.
#[derive(ToSchema)]
pub(crate) struct DecideCommission {
    #[schema(value_type = String)]
    trade_no: TradeNo,
    /// 0 to be confirmed, 1 to be paid, 3 refused; left out it stays, and null is none of them.
    #[schema(value_type = Option<i64>)]
    commission_status: Option<CommissionStatus>,
}

impl Body for DecideCommission {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let order = read.any("trade_no").naming(no_order, trade_no).get();
        // It is judged as the reference does, and not written, as there.
        let status = read.optional("status");
        let status = status.parse(Message::OrderStateInvalid, |given| {
            given.integer().filter(|code| (0..=3).contains(code))
        });
        let status = status.get();
        let commission = read.optional("commission_status");
        let commission = commission.parse(Message::CommissionStatusInvalid, |given| {
            let status = CommissionStatus::from_code(given.integer()?);
            // Only what pays it may call it paid.
            status.filter(|status| *status != CommissionStatus::Paid)
        });
        let commission = commission.get();
        status?;
        Ok(Self {
            trade_no: order?,
            commission_status: commission?,
        })
    }
}

/// Decides about the commission of an order that is not paid yet.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/update",
    request_body = DecideCommission,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such order, or its commission is paid", body = FailureBody),
        (status = 422, description = "There is no such decision", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<DecideCommission>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let orders = &app.administration.orders;
        orders
            .decide_commission(body.trade_no, body.commission_status, change)
            .await
    });
    run.await?;
    Ok(DONE)
}

/// An order for somebody.
#[derive(ToSchema)]
pub struct AssignOrderBody {
    #[schema(value_type = i64)]
    plan_id: PlanId,
    /// Whose, as it is stored but for the letter case.
    #[schema(value_type = String)]
    email: Email,
    /// What is to be paid for it, in cents.
    #[schema(value_type = i64, minimum = 0)]
    total_amount: Cents,
    /// In either spelling, such as `month_price`.
    #[schema(value_type = String)]
    period: Period,
}

/// The most that an order may come to, in cents.
pub(super) const MOST: i64 = 2_147_483_647;

/// An amount of cents. Pages multiply what somebody typed by a hundred, and may send 2899.9999999999995.
pub(super) fn cents(given: Given<'_>) -> Option<Cents> {
    let tenths_of_thousandths = given.decimal()?.ten_thousandths();
    let whole = tenths_of_thousandths.checked_add(5_000)?.div_euclid(10_000);
    let is_whole = whole.checked_mul(10_000)?.abs_diff(tenths_of_thousandths) <= 1;
    (is_whole && (0..=MOST).contains(&whole)).then_some(Cents::new(whole))
}

impl Body for AssignOrderBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let plan = read.required("plan_id").says(Message::PlanRequired);
        let plan = plan.naming(no_plan, Given::integer);
        let plan = plan.map(PlanId::new).get();
        let email = read.required("email").says(Message::EmailRequired);
        // It need not be an address: whoever has it is found.
        let email = email.text().says(Message::EmailInvalid);
        let email = email.map(|text| Email::stored(&text)).get();
        let total = read.required("total_amount");
        let total = total.says(Message::OrderAmountRequired);
        let total = total.parse(Message::OrderAmountInvalid, cents).get();
        let period = read.required("period").says(Message::PeriodRequired);
        let period = period.parse(Message::PeriodInvalid, |given| {
            Period::parse(&given.text()?)
        });
        let period = period.get();
        Ok(Self {
            plan_id: plan?,
            email: email?,
            total_amount: total?,
            period: period?,
        })
    }
}

impl AssignOrderBody {
    /// What is given to whom.
    pub fn into_command(self) -> AssignedOrder {
        AssignedOrder {
            email: self.email,
            plan_id: self.plan_id,
            period: self.period,
            total: self.total_amount,
        }
    }
}

/// Gives somebody an order, which waits for payment.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/assign",
    request_body = AssignOrderBody,
    responses(
        (status = 200, description = "The number of the order", body = SuccessBody<String>),
        (status = 400, description = "There is no such user or plan, or the user has an unfinished order", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn assign(
    Changing(change): Changing,
    Read(body): Read<AssignOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let wanted = body.into_command();
    let run =
        panel.run(move |app| async move { app.administration.orders.assign(wanted, change).await });
    Ok(Success(run.await?.as_str().to_owned()))
}

/// Which order, by its number.
#[derive(ToSchema)]
pub(crate) struct NumberedOrder {
    #[schema(value_type = String)]
    trade_no: TradeNo,
}

impl Body for NumberedOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let order = read.any("trade_no").naming(no_order, trade_no);
        Ok(Self {
            trade_no: order.get()?,
        })
    }
}

/// Marks an order as paid, and opens it.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/paid",
    request_body = NumberedOrder,
    responses(
        (status = 200, description = "Paid and opened", body = SuccessBody<bool>),
        (status = 400, description = "There is no such order, it does not wait for payment, or it is paid and cannot be opened yet", body = FailureBody),
    )
)]
pub(crate) async fn pay(
    Changing(change): Changing,
    Read(body): Read<NumberedOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.orders.pay(body.trade_no, change).await });
    run.await?;
    Ok(DONE)
}

/// Cancels an order: what the balance paid and the use of its coupon come back.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/cancel",
    request_body = NumberedOrder,
    responses(
        (status = 200, description = "Cancelled", body = SuccessBody<bool>),
        (status = 400, description = "There is no such order, or it does not wait for payment", body = FailureBody),
    )
)]
pub(crate) async fn cancel(
    Changing(change): Changing,
    Read(body): Read<NumberedOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let orders = &app.administration.orders;
        orders.cancel(body.trade_no, change).await
    });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_whole_cents_but_for_the_noise_of_pages() {
        for (value, expected) in [
            (json!(2_900), Some(2_900)),
            (json!("2900"), Some(2_900)),
            (json!(0), Some(0)),
            (json!(2_899.999_999_999_999_5), Some(2_900)),
            (json!(28.999_999_999_999_996), Some(29)),
            (json!(29.000_000_000_000_004), Some(29)),
            (json!(28.5), None),
            (json!(-1), None),
            (json!(2_147_483_648_i64), None),
            (json!("99999999999999999999"), None),
            (json!(1e300), None),
            (json!(true), None),
            (json!(null), None),
        ] {
            let read = cents(Given::of(Some(&value)));
            assert_eq!(read, expected.map(Cents::new), "{value}");
        }
    }
}
