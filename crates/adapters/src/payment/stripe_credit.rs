use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice, RefundGateway,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use serde_json::Value;

use super::form;
use super::http::refused;
use super::notice::{self, SUCCESS};
use super::stripe::{self, Charge, Form, StripeApi};

/// A card that was entered on the panel's page: Stripe gave the page a token for it.
///
/// The payment is created first, once for each order and amount, and then confirmed with the card.
/// A payment can succeed only once, so that two confirmations never charge twice, while another
/// card can be tried after one was declined.
pub(super) struct StripeCredit {
    pub(super) api: StripeApi,
}

/// The form that creates the payment.
fn intent(request: &PaymentRequest, charge: &Charge) -> Form {
    let mut members: Form = [
        ("amount", charge.units.to_string()),
        ("currency", charge.currency.clone()),
        ("payment_method_types[0]", "card".to_owned()),
        ("description", request.trade_no.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let metadata = charge.metadata(GatewayCode::StripeCredit, request);
    members.extend(stripe::nested("metadata", &metadata));
    members
}

/// The form that confirms it with a card: a payment method, or a token of the older page.
fn confirmation(token: &str, return_url: &str) -> Form {
    let mut members = vec![("return_url", return_url)];
    if token.starts_with("pm_") {
        members.push(("payment_method", token));
    } else {
        members.push(("payment_method_data[type]", "card"));
        members.push(("payment_method_data[card][token]", token));
    }
    let owned = members.into_iter();
    owned.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// How a confirmed payment goes on.
fn next(intent: &Value) -> Result<Payment, GatewayError> {
    match notice::text(intent, "/status") {
        Some("succeeded" | "processing") => Ok(Payment::Done),
        // The bank wants to see the customer first.
        Some("requires_action") => notice::text(intent, "/next_action/redirect_to_url/url")
            .map(|page| Payment::Redirect(page.to_owned()))
            .ok_or_else(|| refused("the bank's page is missing")),
        _ => Err(refused("the card was not charged")),
    }
}

/// The number of the charge: an event about the payment and one about its charge report the same.
fn charge_no(object: &Value) -> Option<&str> {
    notice::text(object, "/latest_charge")
        .or_else(|| notice::text(object, "/latest_charge/id"))
        .or_else(|| notice::text(object, "/id"))
}

#[async_trait]
impl PaymentGateway for StripeCredit {
    fn code(&self) -> GatewayCode {
        GatewayCode::StripeCredit
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        // Without it the notice of this payment could never be believed.
        config.require("stripe_webhook_key")?;
        let token = request.token.as_deref().map(str::trim).unwrap_or_default();
        if token.is_empty() {
            return Err(refused("no card was given"));
        }
        let charge = Charge::of(config, request)?;
        let key = charge.idempotency_key(request);
        let members = intent(request, &charge);
        let path = "/v1/payment_intents";
        let created = self.api.post(config, path, Some(&key), &members).await?;
        let id = notice::text(&created, "/id").and_then(form::segment);
        let id = id.ok_or_else(|| refused("the answer names no payment"))?;
        let path = format!("/v1/payment_intents/{id}/confirm");
        let members = confirmation(token, &request.return_url);
        let confirmed = self.api.post(config, &path, None, &members).await?;
        next(&confirmed)
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let event = stripe::event(config, notice, now)?;
        if let Some(disputed) = stripe::disputed(&event) {
            return disputed.map(NoticeVerdict::Disputed);
        }
        let nothing = Ok(notice::not_final(SUCCESS));
        let Some(object) = event.pointer("/data/object") else {
            return nothing;
        };
        let received = match notice::text(&event, "/type") {
            // A charge that is only authorized has not been received.
            Some("charge.succeeded") if object.get("captured") == Some(&Value::Bool(false)) => {
                return nothing;
            }
            Some("charge.succeeded") => object.get("amount_captured").or(object.get("amount")),
            Some("payment_intent.succeeded") => object.get("amount_received"),
            _ => return nothing,
        };
        // The account's other sales name no order of a panel.
        let Some(order) = notice::text(object, "/metadata/out_trade_no") else {
            return nothing;
        };
        let succeeded = notice::text(object, "/status") == Some("succeeded");
        if !succeeded || stripe::is_of_another(GatewayCode::StripeCredit, object) {
            return nothing;
        }
        let trade_no = notice::trade_no(order)?;
        let callback_no = notice::callback_no(charge_no(object))?;
        let received = received.and_then(Value::as_i64);
        stripe::paid(object, received, trade_no, callback_no).map(NoticeVerdict::Paid)
    }

    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let find = self
            .api
            .find_payment(config, self.code(), trade_no, charge_no);
        find.await
    }

    fn refunds(&self) -> Option<&dyn RefundGateway> {
        Some(&self.api)
    }
}
