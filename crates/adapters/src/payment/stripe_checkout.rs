use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice, RefundGateway,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use serde_json::Value;

use super::http::refused;
use super::notice::{self, SUCCESS};
use super::stripe::{self, Charge, Form, StripeApi};

/// Stripe's hosted page: a Checkout Session for each order.
pub(super) struct StripeCheckout {
    pub(super) api: StripeApi,
}

/// The form that opens a session with one line: the order.
fn session(config: &GatewayConfig, request: &PaymentRequest, charge: &Charge) -> Form {
    let trade_no = request.trade_no.as_str();
    let units = charge.units.to_string();
    let mut members = vec![
        ("mode", "payment"),
        ("client_reference_id", trade_no),
        ("line_items[0][price_data][currency]", &charge.currency),
        ("line_items[0][price_data][unit_amount]", &units),
        ("line_items[0][price_data][product_data][name]", trade_no),
        ("line_items[0][quantity]", "1"),
        ("success_url", &request.return_url),
        ("cancel_url", &request.return_url),
    ];
    if let Some(label) = config.get("stripe_custom_field_name") {
        members.extend([
            ("custom_fields[0][key]", "contactinfo"),
            ("custom_fields[0][label][type]", "custom"),
            ("custom_fields[0][label][custom]", label),
            ("custom_fields[0][type]", "text"),
        ]);
    }
    let owned = members.into_iter();
    let mut members: Form = owned.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    // The session's metadata comes with its notices; the payment's is what can be searched.
    let metadata = charge.metadata(GatewayCode::StripeCheckout, request);
    members.extend(stripe::nested("metadata", &metadata));
    members.extend(stripe::nested("payment_intent_data[metadata]", &metadata));
    members
}

#[async_trait]
impl PaymentGateway for StripeCheckout {
    fn code(&self) -> GatewayCode {
        GatewayCode::StripeCheckout
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        // Without it the notice of this payment could never be believed.
        config.require("stripe_webhook_key")?;
        let charge = Charge::of(config, request)?;
        let members = session(config, request, &charge);
        let key = charge.idempotency_key(request);
        let path = "/v1/checkout/sessions";
        let opened = self.api.post(config, path, Some(&key), &members).await?;
        let page = notice::text(&opened, "/url");
        let page = page.ok_or_else(|| refused("the answer names no payment page"))?;
        Ok(Payment::Redirect(page.to_owned()))
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
        let Some(session) = event.pointer("/data/object") else {
            return nothing;
        };
        let is_paid = match notice::text(&event, "/type") {
            Some("checkout.session.completed") => {
                notice::text(session, "/payment_status") == Some("paid")
            }
            Some("checkout.session.async_payment_succeeded") => true,
            _ => false,
        };
        // The account's other sales name no order of a panel.
        let order = notice::text(session, "/client_reference_id");
        let (true, Some(order)) = (is_paid, order) else {
            return nothing;
        };
        let trade_no = notice::trade_no(order)?;
        let callback_no = notice::callback_no(notice::text(session, "/payment_intent"))?;
        let received = session.get("amount_total").and_then(Value::as_i64);
        stripe::paid(session, received, trade_no, callback_no).map(NoticeVerdict::Paid)
    }

    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let find = self
            .api
            .find_payment(config, self.code(), trade_no, |intent| {
                notice::text(intent, "/id")
            });
        find.await
    }

    fn refunds(&self) -> Option<&dyn RefundGateway> {
        Some(&self.api)
    }
}
