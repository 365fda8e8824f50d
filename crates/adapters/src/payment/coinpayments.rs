use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use url::Url;

use super::amount;
use super::form::{self, Fields};
use super::http::refused;
use super::notice;
use super::signature::hmac_sha512_hex;

/// The page to which customers are sent; nothing is ever fetched from it.
const PAGE: &str = "https://www.coinpayments.net/index.php";
/// The answer that stops CoinPayments from repeating a notice.
const HEARD: &str = "IPN OK";
/// The answer to a notice of a payment that is under way.
const HEARD_PENDING: &str = "IPN OK: pending";

/// CoinPayments: an unsigned link, hence a payer can change what it asks for, and a signed notice
/// that says what was asked.
pub(super) struct CoinPayments;

#[async_trait]
impl PaymentGateway for CoinPayments {
    fn code(&self) -> GatewayCode {
        GatewayCode::CoinPayments
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        // Without the secret the notice of this payment could never be believed.
        config.require("coinpayments_ipn_secret")?;
        let trade_no = request.trade_no.as_str();
        let home = Url::parse(&request.return_url);
        let home = home.map_err(|_| refused("the return address is not a URL"))?;
        let query = form::encoded([
            ("cmd", "_pay_simple"),
            ("reset", "1"),
            ("merchant", config.require("coinpayments_merchant_id")?),
            ("item_name", trade_no),
            ("item_number", trade_no),
            ("want_shipping", "0"),
            ("currency", config.require("coinpayments_currency")?),
            ("amountf", &request.amount.to_string()),
            ("success_url", &home.origin().ascii_serialization()),
            ("cancel_url", &request.return_url),
            ("ipn_url", &request.notify_url),
        ]);
        Ok(Payment::Redirect(format!("{PAGE}?{query}")))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let secret = notice::required(config, "coinpayments_ipn_secret")?;
        let merchant = notice::required(config, "coinpayments_merchant_id")?;
        let given = notice.header("hmac").ok_or(NoticeRefused::Signature)?;
        let written: Vec<(String, String)> =
            form_urlencoded::parse(&notice.body).into_owned().collect();
        let fields = signed_fields(notice, &written, secret, given)?;
        if fields.get("merchant").map(|theirs| theirs.trim()) != Some(merchant) {
            return Err(NoticeRefused::ForeignMerchant);
        }
        judge(config, &fields)
    }

    /// CoinPayments knows payments by its own numbers only.
    async fn find_payment(
        &self,
        _config: &GatewayConfig,
        _trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        Ok(None)
    }
}

/// The members that the signature covers. Only the body is signed: a parameter of the address must not
/// stand in for one of it.
fn signed_fields<'a>(
    notice: &'a RawNotice,
    written: &'a [(String, String)],
    secret: &str,
    given: &str,
) -> Result<Fields<'a>, NoticeRefused> {
    let read = match notice.body_fields.as_slice() {
        [] => form::fields(written),
        read => form::fields(read),
    };
    let raw = hmac_sha512_hex(secret, &notice.body);
    if notice::matching(raw.as_deref(), given).is_ok() {
        // What signed bytes mean is for the bytes to say: whoever sends them again under another
        // media type changes nothing.
        let is_json = notice.body.trim_ascii_start().starts_with(b"{");
        return Ok(if is_json { read } else { form::fields(written) });
    }
    // The reference signs the sorted form instead of what was sent.
    let sorted = form::encoded(read.iter().map(|(name, value)| (*name, *value)));
    let sorted = hmac_sha512_hex(secret, sorted.as_bytes());
    notice::matching(sorted.as_deref(), given)?;
    Ok(read)
}

fn judge(config: &GatewayConfig, fields: &Fields<'_>) -> Result<NoticeVerdict, NoticeRefused> {
    let status = fields.get("status").and_then(|status| status.parse().ok());
    let status: i64 = status.ok_or(NoticeRefused::Malformed)?;
    if status < 0 {
        return Ok(notice::not_final(HEARD));
    }
    if status < 100 && status != 2 {
        return Ok(notice::not_final(HEARD_PENDING));
    }
    // Deposits and withdrawals of the merchant are reported too; they name no order.
    let Some(item) = fields.get("item_number").filter(|item| !item.is_empty()) else {
        return Ok(notice::not_final(HEARD));
    };
    let amount = match fields.get("amount1") {
        Some(text) => Some(amount::cents(text).ok_or(NoticeRefused::Malformed)?),
        None => None,
    };
    let asked = notice::required(config, "coinpayments_currency")?;
    let currency = fields.get("currency1").copied();
    let currency = currency.filter(|currency| !currency.eq_ignore_ascii_case(asked));
    let callback_no = notice::callback_no(fields.get("txn_id").copied())?;
    Ok(NoticeVerdict::Paid(PaidNotice {
        currency: currency.map(str::to_owned),
        reply: HEARD.to_owned(),
        ..notice::paid(notice::trade_no(item)?, callback_no, amount)
    }))
}
