use actix_web::web::Data;
use ferroboard_application::{Error, Pay, StartedPayment};
use ferroboard_billing::{BillingError, Payment, PaymentMethod};
use ferroboard_kernel::{Cents, PaymentId, Percent, TradeNo};
use serde::Serialize;
use utoipa::ToSchema;

use super::orders::trade_no;
use crate::Panel;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::page_root::PageRoot;
use crate::request::reader::{Reader, Refused};

/// A way to pay.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentMethodItem {
    id: i64,
    name: String,
    /// The gateway's code.
    payment: String,
    icon: Option<String>,
    /// Cents.
    handling_fee_fixed: Option<i64>,
    /// Percent with two decimals.
    #[schema(example = "2.50")]
    handling_fee_percent: Option<String>,
}

impl From<PaymentMethod> for PaymentMethodItem {
    fn from(method: PaymentMethod) -> Self {
        Self {
            id: method.id.get(),
            name: method.name,
            payment: method.gateway,
            icon: method.icon,
            handling_fee_fixed: method.fee_fixed.map(Cents::get),
            handling_fee_percent: method.fee_percent.map(two_decimals),
        }
    }
}

/// Hundredths of a percent are written as cents are.
fn two_decimals(percent: Percent) -> String {
    Cents::new(percent.get()).to_string()
}

/// The ways to pay.
#[utoipa::path(
    get,
    path = "/api/v1/user/order/getPaymentMethod",
    responses((status = 200, description = "The ways to pay", body = SuccessBody<Vec<PaymentMethodItem>>))
)]
pub(crate) async fn methods(panel: Data<Panel>) -> Result<Success<Vec<PaymentMethodItem>>, Fault> {
    let run = panel.run(|app| async move { app.orders.payment_methods().await });
    let methods = run.await?.into_iter();
    Ok(Success(methods.map(PaymentMethodItem::from).collect()))
}

/// Which order is to be paid, and how.
#[derive(ToSchema)]
pub(crate) struct CheckoutBody {
    #[schema(value_type = String)]
    trade_no: TradeNo,
    /// The id of a payment method; not needed where there is nothing to pay.
    #[schema(value_type = Option<i64>)]
    method: Option<PaymentId>,
    /// What a card form got from its gateway.
    token: Option<String>,
}

impl Body for CheckoutBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let unknown = || Error::from(BillingError::OrderNotPayable).into();
        let trade_no = read.any("trade_no").naming(unknown, trade_no).get();
        Ok(Self {
            trade_no: trade_no?,
            method: read.given("method").integer().map(PaymentId::new),
            token: read.given("token").owned_text(),
        })
    }
}

/// How a payment goes on.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckoutAnswer {
    /// -1 nothing to pay, the order is opened; 0 `data` is to be shown as a QR code; 1 `data` is an
    /// address to go to; 2 nothing more to do, the order opens when the gateway reports the payment.
    r#type: i8,
    data: CheckoutData,
}

/// A text, or `true` where there is none.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum CheckoutData {
    Text(String),
    Done(bool),
}

impl From<StartedPayment> for CheckoutAnswer {
    fn from(started: StartedPayment) -> Self {
        let (r#type, data) = match started {
            StartedPayment::Free => (-1, CheckoutData::Done(true)),
            StartedPayment::AtGateway(Payment::Code(text)) => (0, CheckoutData::Text(text)),
            StartedPayment::AtGateway(Payment::Redirect(url)) => (1, CheckoutData::Text(url)),
            StartedPayment::AtGateway(Payment::Done) => (2, CheckoutData::Done(true)),
        };
        Self { r#type, data }
    }
}

/// Starts the payment of an order; it may be repeated, with another method too.
#[utoipa::path(
    post,
    path = "/api/v1/user/order/checkout",
    request_body = CheckoutBody,
    responses(
        (status = 200, description = "How it goes on, without the usual envelope", body = CheckoutAnswer),
        (status = 400, description = "The order cannot be paid, or not like this", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn check_out(
    session: Session,
    root: Root,
    page_root: PageRoot,
    Read(body): Read<CheckoutBody>,
    panel: Data<Panel>,
) -> Result<Bare<CheckoutAnswer>, Fault> {
    let command = Pay {
        user: session.0.account.id,
        trade_no: body.trade_no,
        method: body.method,
        token: body.token,
        root: root.0,
        page_root: page_root.0,
    };
    let run = panel.run(|app| async move { app.orders.check_out(command).await });
    Ok(Bare(CheckoutAnswer::from(run.await?)))
}

/// Which method's key is wanted.
#[derive(ToSchema)]
pub(crate) struct StripeKeyBody {
    /// The id of a payment method.
    #[schema(value_type = i64)]
    id: Option<PaymentId>,
}

impl Body for StripeKeyBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.given("id").integer().map(PaymentId::new);
        Ok(Self { id })
    }
}

/// The key that a card form needs for a Stripe method.
#[utoipa::path(
    post,
    path = "/api/v1/user/comm/getStripePublicKey",
    request_body = StripeKeyBody,
    responses(
        (status = 200, description = "The publishable key", body = SuccessBody<String>),
        (status = 400, description = "It is no Stripe method, switched off, or lacks the key", body = FailureBody),
    )
)]
pub(crate) async fn stripe_public_key(
    Read(body): Read<StripeKeyBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let method = body.id;
    let run = panel.run(move |app| async move { app.orders.stripe_public_key(method).await });
    Ok(Success(run.await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_way_to_go_on_has_its_type() {
        for (started, expected) in [
            (StartedPayment::Free, json!({"type": -1, "data": true})),
            (
                StartedPayment::AtGateway(Payment::Code("qr".into())),
                json!({"type": 0, "data": "qr"}),
            ),
            (
                StartedPayment::AtGateway(Payment::Redirect("https://pay.test".into())),
                json!({"type": 1, "data": "https://pay.test"}),
            ),
            (
                StartedPayment::AtGateway(Payment::Done),
                json!({"type": 2, "data": true}),
            ),
        ] {
            let answer = serde_json::to_value(CheckoutAnswer::from(started)).unwrap();
            assert_eq!(answer, expected);
        }
    }

    #[test]
    fn percentages_have_two_decimals() {
        for (hundredths, expected) in [(250, "2.50"), (150, "1.50"), (0, "0.00"), (5, "0.05")] {
            assert_eq!(two_decimals(Percent::hundredths(hundredths)), expected);
        }
    }
}
