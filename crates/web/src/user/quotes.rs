//! `order/quote`: what an order would cost.

use actix_web::web::Data;
use ferroboard_application::{Error, NewPurchase};
use ferroboard_billing::{BillingError, Period, QuotedPurchase};
use ferroboard_kernel::{Cents, CouponId, OrderId};
use serde::Serialize;
use utoipa::ToSchema;

use super::orders::PlaceOrderBody;
use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::Read;

/// What an order would cost, in cents. Discount, surplus, balance and total together are price and credit.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuoteBody {
    plan_id: i64,
    period: &'static str,
    /// 1 new, 2 renewal, 3 change of plan, 4 traffic reset.
    r#type: i64,
    /// The plan's price for the period.
    price: i64,
    coupon_id: Option<i64>,
    /// What coupon and member's discount take off.
    discount_amount: Option<i64>,
    /// What is left of the plan that is replaced.
    surplus_amount: Option<i64>,
    /// The orders that were paid for that.
    surplus_order_ids: Option<Vec<i64>>,
    /// What of it is more than the price, and would be credited.
    refund_amount: Option<i64>,
    /// The same, by the name that orders have it under as well.
    surplus_credit: Option<i64>,
    /// What the balance would pay.
    balance_amount: Option<i64>,
    /// What would be left to pay, without the fee of a payment method.
    total_amount: i64,
}

impl QuoteBody {
    fn new(quoted: QuotedPurchase, period: Period) -> Self {
        let cents = |amount: Option<Cents>| amount.map(Cents::get);
        let ids = |orders: Vec<OrderId>| orders.into_iter().map(OrderId::get).collect();
        let quote = quoted.quote;
        Self {
            plan_id: quoted.plan.id.get(),
            period: period.legacy_key(),
            r#type: quote.kind.code(),
            price: quote.price.get(),
            coupon_id: quoted.coupon.map(|coupon| CouponId::get(coupon.id)),
            discount_amount: cents(quote.discount),
            surplus_amount: cents(quote.surplus),
            surplus_order_ids: quote.surplus_orders.map(ids),
            refund_amount: cents(quote.refund),
            surplus_credit: cents(quote.refund),
            balance_amount: cents(quote.balance_used),
            total_amount: quote.total.get(),
        }
    }
}

/// Says what an order would cost, as `order/save` would place it now. Nothing is taken.
#[utoipa::path(
    post,
    path = "/api/v1/user/order/quote",
    request_body = PlaceOrderBody,
    responses(
        (status = 200, description = "What it would cost", body = SuccessBody<QuoteBody>),
        (status = 400, description = "The plan or the coupon cannot be had, or another order is unfinished", body = FailureBody),
        (status = 422, description = "A field is missing or malformed, or there is no such plan", body = FailureBody),
        (status = 429, description = "Too many wrong codes; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn quote(
    session: Session,
    Read(body): Read<PlaceOrderBody>,
    panel: Data<Panel>,
) -> Result<Success<QuoteBody>, Fault> {
    let user = session.0.account.id;
    let wanted = NewPurchase::from(body);
    let period = wanted.period;
    let run = panel.run(move |app| async move {
        match app.orders.quote(user, wanted).await {
            // As where it is placed, an unknown plan is a malformed field.
            Err(Error::Billing(BillingError::PlanMissing)) => Ok(None),
            outcome => outcome.map(Some),
        }
    });
    let unknown_plan = || Fault::invalid(vec![("plan_id", vec![Message::PlanMissing])]);
    let quoted = run.await?.ok_or_else(unknown_plan)?;
    Ok(Success(QuoteBody::new(quoted, period)))
}
