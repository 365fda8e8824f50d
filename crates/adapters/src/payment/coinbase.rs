use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use serde_json::Value;

use super::amount;
use super::form;
use super::http::{GatewayHttp, refused, send};
use super::notice::{self, SUCCESS};
use super::signature::hmac_sha256_hex;

/// Coinbase Commerce: a charge is created for each payment, and events about it are signed.
pub(super) struct Coinbase {
    pub(super) http: GatewayHttp,
}

#[async_trait]
impl PaymentGateway for Coinbase {
    fn code(&self) -> GatewayCode {
        GatewayCode::Coinbase
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        let trade_no = request.trade_no.as_str();
        let charge = form::encoded([
            ("name", request.site_name.as_str()),
            ("description", trade_no),
            ("pricing_type", "fixed_price"),
            ("local_price[amount]", &request.amount.to_string()),
            ("local_price[currency]", &request.currency),
            ("metadata[outTradeNo]", trade_no),
        ]);
        let asked = self
            .http
            .post_form(config.require("coinbase_url")?, charge)
            .header("x-cc-api-key", config.require("coinbase_api_key")?)
            .header("x-cc-version", "2018-03-22");
        let answer = send(asked).await?;
        let charge = answer.json(|body| notice::text(body, "/error/message"))?;
        let page = notice::text(&charge, "/data/hosted_url");
        let page = page.ok_or_else(|| refused("the answer names no payment page"))?;
        Ok(Payment::Redirect(page.to_owned()))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let key = notice::required(config, "coinbase_webhook_key")?;
        let given = notice
            .header("x-cc-webhook-signature")
            .ok_or(NoticeRefused::Signature)?;
        let expected = hmac_sha256_hex(key, &[&notice.body]);
        notice::matching(expected.as_deref(), given)?;
        let body = notice::json(&notice.body)?;
        judge(&body)
    }

    /// Charges cannot be looked up by their metadata.
    async fn find_payment(
        &self,
        _config: &GatewayConfig,
        _trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        Ok(None)
    }
}

fn judge(body: &Value) -> Result<NoticeVerdict, NoticeRefused> {
    let kind = notice::text(body, "/event/type");
    // `charge:resolved` is an underpaid charge with which the merchant is content.
    if !matches!(kind, Some("charge:confirmed" | "charge:resolved")) {
        return Ok(notice::not_final(SUCCESS));
    }
    // The merchant's other sales name no order of a panel.
    let Some(order) = notice::text(body, "/event/data/metadata/outTradeNo") else {
        return Ok(notice::not_final(SUCCESS));
    };
    // The charges of a panel have a fixed price; one that anybody may choose pays for nothing.
    let price = body.pointer("/event/data/pricing/local/amount");
    let amount = price.and_then(amount::json_cents);
    let currency = notice::text(body, "/event/data/pricing/local/currency");
    let callback_no = notice::callback_no(notice::text(body, "/event/id"))?;
    Ok(NoticeVerdict::Paid(PaidNotice {
        currency: Some(currency.ok_or(NoticeRefused::Malformed)?.to_owned()),
        ..notice::paid(
            notice::trade_no(order)?,
            callback_no,
            Some(amount.ok_or(NoticeRefused::Malformed)?),
        )
    }))
}
