//! `order/refund` and `order/refunds`: money that administrators give back.

use actix_web::web::Data;
use ferroboard_application::{MANAGED_REFUNDS, ManagedRefund, RefundReport, WantedRefund};
use ferroboard_billing::RefundDestination;
use ferroboard_kernel::{Cents, TradeNo};
use serde::Serialize;
use utoipa::ToSchema;

use super::order_changes::cents;
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::list::ListInput;
use crate::request::reader::{Reader, Refused};
use crate::user::orders::{no_order, trade_no};

/// The longest reason that is kept.
const LONGEST_REASON: i64 = 255;

/// A refund of an order.
#[derive(ToSchema)]
pub(crate) struct RefundOrder {
    #[schema(value_type = String)]
    trade_no: TradeNo,
    /// In cents; all refunds of an order together are no more than was paid for it.
    #[schema(value_type = i64, minimum = 1)]
    amount: Cents,
    /// `balance`, `gateway` or `outside`.
    #[schema(value_type = String)]
    to: RefundDestination,
    /// Why.
    #[schema(max_length = 255)]
    reason: String,
    /// Whether the subscription is shortened by what the order gave it; left out it is not.
    #[schema(value_type = Option<bool>)]
    take_back: bool,
}

impl Body for RefundOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let order = read.any("trade_no").naming(no_order, trade_no).get();
        let amount = read.required("amount").says(Message::RefundAmountInvalid);
        let amount = amount.parse(Message::RefundAmountInvalid, |given| {
            cents(given).filter(|amount| *amount > Cents::ZERO)
        });
        let amount = amount.get();
        let to = read.required("to").says(Message::RefundDestinationInvalid);
        let to = to.parse(Message::RefundDestinationInvalid, |given| {
            RefundDestination::parse(&given.text()?)
        });
        let to = to.get();
        let reason = read.required("reason").says(Message::ReasonRequired);
        let reason = reason.text().max(LONGEST_REASON).get();
        let take_back = read.nullable("take_back").boolean().get();
        Ok(Self {
            trade_no: order?,
            amount: amount?,
            to: to?,
            reason: reason?,
            take_back: take_back?.unwrap_or(false),
        })
    }
}

/// How far a refund has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefundReportBody {
    id: i64,
    /// `done`, or `requested` where the gateway has not answered yet, or `refused` where it refused.
    status: &'static str,
    /// The gateway's number of the refund, or the address at which the customer claims it.
    gateway_no: Option<String>,
    /// Why the gateway refused, or did not answer.
    failure: Option<String>,
    /// Commission that was taken back, in cents.
    commission_returned: i64,
    /// Commission that its earners no longer had: it is kept back from what they earn next.
    commission_owed: i64,
}

impl From<RefundReport> for RefundReportBody {
    fn from(report: RefundReport) -> Self {
        let result = report.result;
        Self {
            id: report.id.get(),
            status: report.status.as_str(),
            gateway_no: result.gateway_no,
            failure: result.failure,
            commission_returned: result.commission_returned.get(),
            commission_owed: result.commission_owed.get(),
        }
    }
}

/// Refunds a part of an order that was opened, to the balance, by its gateway, or by another way.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/order/refund",
    request_body = RefundOrder,
    responses(
        (status = 200, description = "How far the refund has come", body = SuccessBody<RefundReportBody>),
        (status = 400, description = "There is no such order, it cannot be refunded, or not so much of it, or not there", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn refund(
    Changing(change): Changing,
    Read(body): Read<RefundOrder>,
    panel: Data<Panel>,
) -> Result<Success<RefundReportBody>, Fault> {
    let wanted = WantedRefund {
        trade_no: body.trade_no,
        amount: body.amount,
        to: body.to,
        reason: body.reason,
        takes_back: body.take_back,
    };
    let run = panel.run(move |app| async move {
        let refunds = &app.administration.refunds;
        refunds.request(wanted, change).await
    });
    Ok(Success(run.await?.into()))
}

/// A refund in the list. Money is in cents, times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefundItem {
    id: i64,
    order_id: i64,
    trade_no: String,
    user_id: i64,
    /// Null once the account is deleted.
    email: Option<String>,
    amount: i64,
    /// `balance`, `gateway` or `outside`.
    to: String,
    /// `requested`, `done` or `refused`.
    status: String,
    reason: String,
    take_back: bool,
    /// Who asked for it.
    admin_id: i64,
    gateway_no: Option<String>,
    failure: Option<String>,
    /// How often the gateway was asked.
    attempts: i64,
    commission_returned: i64,
    commission_owed: i64,
    created_at: i64,
    finished_at: Option<i64>,
}

impl From<ManagedRefund> for RefundItem {
    fn from(refund: ManagedRefund) -> Self {
        Self {
            id: refund.id,
            order_id: refund.order,
            trade_no: refund.trade_no,
            user_id: refund.user,
            email: refund.email,
            amount: refund.amount,
            to: refund.to,
            status: refund.status,
            reason: refund.reason,
            take_back: refund.takes_back,
            admin_id: refund.admin,
            gateway_no: refund.gateway_no,
            failure: refund.failure,
            attempts: refund.attempts,
            commission_returned: refund.commission_returned,
            commission_owed: refund.commission_owed,
            created_at: refund.created_at,
            finished_at: refund.finished_at,
        }
    }
}

/// Refunds, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/order/refunds",
    params(ListInput),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<RefundItem>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    list: ListInput,
    panel: Data<Panel>,
) -> Result<Bare<Paged<RefundItem>>, Fault> {
    let request = list.judged(&MANAGED_REFUNDS)?;
    let page = request.page();
    let run = panel.run(move |app| async move { app.administration.refunds.list(request).await });
    Ok(Bare(Paged::new(page, run.await?.map(RefundItem::from))))
}
