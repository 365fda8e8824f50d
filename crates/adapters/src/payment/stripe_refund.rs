//! Refunds of both gateways of Stripe.

use async_trait::async_trait;
use ferroboard_billing::{GatewayConfig, GatewayError, GatewayRefund, RefundGateway};
use serde_json::Value;

use super::form;
use super::http::{not_told, refused, unclear};
use super::notice;
use super::stripe::{Form, StripeApi, units_of};

/// The refund is made with the key as key of idempotency, which Stripe forgets after a day, and with the key
/// in its metadata, by which it is looked for before it is asked for again.
#[async_trait]
impl RefundGateway for StripeApi {
    async fn find_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Option<String>, GatewayError> {
        let number = refund.payment.callback_no.as_str();
        let query = form::encoded([(name_of(number), number), ("limit", "100")]);
        let made = self.get(config, &format!("/v1/refunds?{query}")).await;
        let made = made.map_err(not_told)?;
        let mut made = made
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let ours =
            made.find(|made| notice::text(made, "/metadata/refund") == Some(refund.key.as_str()));
        ours.map(outcome).transpose()
    }

    async fn refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<String, GatewayError> {
        let number = refund.payment.callback_no.as_str();
        let id = form::segment(number).ok_or_else(|| refused("the payment has no number"))?;
        let name = name_of(number);
        let path = format!("/v1/{name}s/{id}");
        let payment = self.get(config, &path).await?;
        let units = units_of(&payment, refund.amount, &refund.currency);
        let units = units.ok_or_else(|| refused("the amount is none of the payment's currency"))?;
        let members: Form = [
            (name, number.to_owned()),
            ("amount", units.to_string()),
            ("metadata[out_trade_no]", refund.trade_no.to_string()),
            ("metadata[refund]", refund.key.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let path = "/v1/refunds";
        let made = self.post(config, path, Some(&refund.key), &members).await?;
        outcome(&made)
    }
}

/// What Stripe calls what is paid back: an intent, or a charge.
fn name_of(number: &str) -> &'static str {
    if number.starts_with("pi_") {
        "payment_intent"
    } else {
        "charge"
    }
}

/// What became of a refund. One that waits for the bank is Stripe's to finish.
fn outcome(refund: &Value) -> Result<String, GatewayError> {
    let number = notice::text(refund, "/id").ok_or_else(|| unclear("the answer has no number"))?;
    match notice::text(refund, "/status") {
        Some("succeeded" | "pending" | "requires_action") => Ok(number.to_owned()),
        Some("failed" | "canceled") => {
            let reason = notice::text(refund, "/failure_reason");
            Err(refused(reason.unwrap_or("the refund failed")))
        }
        _ => Err(unclear("the answer has no status")),
    }
}
