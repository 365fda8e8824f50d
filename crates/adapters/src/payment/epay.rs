use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use serde_json::Value;

use super::amount;
use super::form::{self, Fields};
use super::http::{GatewayHttp, send};
use super::notice::{self, SUCCESS};
use super::signature::md5_hex;

/// `EPay`, the protocol that many Chinese payment brokers share. The customer is sent to the broker
/// with a signed query; the notice is signed alike.
pub(super) struct Epay {
    pub(super) http: GatewayHttp,
}

/// The MD5 digest of the sorted parameters followed by the key, without the signature itself.
fn sign(fields: &Fields<'_>, key: &str) -> String {
    let mut signed = fields.clone();
    signed.remove("sign");
    signed.remove("sign_type");
    md5_hex(&(form::raw(&signed) + key))
}

#[async_trait]
impl PaymentGateway for Epay {
    fn code(&self) -> GatewayCode {
        GatewayCode::EPay
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        let money = request.amount.to_string();
        let trade_no = request.trade_no.as_str();
        let mut fields = Fields::from([
            ("money", money.as_str()),
            ("name", trade_no),
            ("notify_url", &request.notify_url),
            ("return_url", &request.return_url),
            ("out_trade_no", trade_no),
            ("pid", config.require("pid")?),
        ]);
        if let Some(kind) = config.get("type") {
            fields.insert("type", kind);
        }
        let sign = sign(&fields, config.require("key")?);
        fields.insert("sign", &sign);
        fields.insert("sign_type", "MD5");
        let page = form::address(config.require("url")?, "/submit.php");
        Ok(Payment::Redirect(format!(
            "{page}?{}",
            form::encoded(fields)
        )))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let key = notice::required(config, "key")?;
        let pid = notice::required(config, "pid")?;
        let fields = form::fields(&notice.fields);
        let given = fields.get("sign").ok_or(NoticeRefused::Signature)?;
        notice::matching(Some(&sign(&fields, key)), given)?;
        if fields.get("pid") != Some(&pid) {
            return Err(NoticeRefused::ForeignMerchant);
        }
        // Some brokers send no state, and then only notices of payments.
        let state = fields.get("trade_status");
        if state.is_some_and(|state| *state != "TRADE_SUCCESS") {
            return Ok(notice::not_final(SUCCESS));
        }
        let money = fields.get("money").ok_or(NoticeRefused::Malformed)?;
        let amount = amount::cents(money).ok_or(NoticeRefused::Malformed)?;
        let trade_no = fields.get("out_trade_no").copied().unwrap_or_default();
        Ok(NoticeVerdict::Paid(notice::paid(
            notice::trade_no(trade_no)?,
            notice::callback_no(fields.get("trade_no").copied())?,
            Some(amount),
        )))
    }

    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let pid = config.require("pid")?;
        let query = form::encoded([
            ("act", "order"),
            ("pid", pid),
            ("key", config.require("key")?),
            ("out_trade_no", trade_no.as_str()),
        ]);
        let api = form::address(config.require("url")?, "/api.php");
        let answer = send(self.http.get(&format!("{api}?{query}"))).await?;
        let order = answer.json(|body| notice::text(body, "/msg"))?;
        Ok(paid_order(&order, pid, trade_no))
    }
}

/// The payment in an answer of `act=order`, when there is one: brokers answer alike for an order
/// that nobody began to pay and for one that they do not know.
fn paid_order(order: &Value, pid: &str, trade_no: &TradeNo) -> Option<PaidNotice> {
    // Brokers differ in whether these are texts or numbers.
    let field = |name: &str| match order.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let is = |name: &str, expected: &str| field(name).is_some_and(|value| value == expected);
    if !(is("code", "1") && is("status", "1") && is("out_trade_no", trade_no.as_str())) {
        return None;
    }
    if field("pid").is_some_and(|theirs| theirs != pid) {
        return None;
    }
    let amount = amount::cents(&field("money")?)?;
    let callback_no = notice::callback_no(field("trade_no").as_deref()).ok()?;
    Some(notice::paid(trade_no.clone(), callback_no, Some(amount)))
}
