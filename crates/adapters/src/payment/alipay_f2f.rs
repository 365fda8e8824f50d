use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, GatewayRefund, NoticeRefused, NoticeVerdict,
    PaidNotice, Payment, PaymentGateway, PaymentRequest, RawNotice, RefundGateway,
};
use ferroboard_kernel::{Clock, TradeNo, UnixSeconds, Zone};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::signature::{SignatureEncoding as _, Signer as _, Verifier as _};
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha2::Sha256;

use super::amount;
use super::form::{self, Fields};
use super::http::{GatewayHttp, not_told, refused, send, unclear};
use super::notice::{self, SUCCESS};

/// Alipay "face to face": the customer scans a code that Alipay makes for the order. Everything is
/// signed with RSA and SHA-256, by keys of both sides.
pub(super) struct AlipayF2f {
    pub(super) http: GatewayHttp,
    pub(super) clock: Arc<dyn Clock>,
    /// Alipay's one address.
    pub(super) address: String,
}

/// The bytes of a key that was pasted as PEM, or as the text between its first and last line.
fn key_bytes(pasted: &str) -> Option<Vec<u8>> {
    let lines = pasted.lines().filter(|line| !line.starts_with("-----"));
    let digits: String = lines.flat_map(str::split_whitespace).collect();
    BASE64_STANDARD.decode(digits).ok()
}

fn private_key(pasted: &str) -> Option<RsaPrivateKey> {
    let bytes = key_bytes(pasted)?;
    let pkcs8 = RsaPrivateKey::from_pkcs8_der(&bytes).ok();
    pkcs8.or_else(|| RsaPrivateKey::from_pkcs1_der(&bytes).ok())
}

fn public_key(pasted: &str) -> Option<RsaPublicKey> {
    let bytes = key_bytes(pasted)?;
    let spki = RsaPublicKey::from_public_key_der(&bytes).ok();
    spki.or_else(|| RsaPublicKey::from_pkcs1_der(&bytes).ok())
}

/// The signature of a request: over every parameter, `sign_type` included.
fn sign(fields: &Fields<'_>, config: &GatewayConfig) -> Result<String, GatewayError> {
    let unreadable = GatewayError::Unconfigured("private_key");
    let key = private_key(config.require("private_key")?).ok_or(unreadable)?;
    let signature = SigningKey::<Sha256>::new(key).try_sign(form::raw(fields).as_bytes());
    let signature = signature.map_err(|_| GatewayError::Unconfigured("private_key"))?;
    Ok(BASE64_STANDARD.encode(signature.to_vec()))
}

/// Refuses a notice that Alipay did not sign. `sign_type` is not signed there.
fn check_signature(fields: &Fields<'_>, key: RsaPublicKey) -> Result<(), NoticeRefused> {
    let given = fields.get("sign").ok_or(NoticeRefused::Signature)?;
    let given = BASE64_STANDARD.decode(given);
    let given = given.map_err(|_| NoticeRefused::Signature)?;
    let given = Signature::try_from(given.as_slice()).map_err(|_| NoticeRefused::Signature)?;
    let mut signed = fields.clone();
    signed.remove("sign");
    signed.remove("sign_type");
    let text = form::raw(&signed);
    let verified = VerifyingKey::<Sha256>::new(key).verify(text.as_bytes(), &given);
    verified.map_err(|_| NoticeRefused::Signature)
}

fn is_paid(trade_status: Option<&str>) -> bool {
    matches!(trade_status, Some("TRADE_SUCCESS" | "TRADE_FINISHED"))
}

impl AlipayF2f {
    /// Calls a method of Alipay's API and gives the part of the answer that is the method's.
    async fn call(
        &self,
        config: &GatewayConfig,
        method: &str,
        notify_url: &str,
        content: &Value,
    ) -> Result<Value, GatewayError> {
        let content = content.to_string();
        // Alipay counts in the time of Shanghai, whatever the panel's zone.
        let shanghai = Zone::named("Asia/Shanghai").unwrap_or_default();
        let now = shanghai.wall_clock(self.clock.now());
        let now = now.format("%Y-%m-%d %H:%M:%S").to_string();
        let mut fields = Fields::from([
            ("app_id", config.require("app_id")?),
            ("method", method),
            ("charset", "UTF-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &now),
            ("version", "1.0"),
            ("_input_charset", "UTF-8"),
            ("notify_url", notify_url),
            ("biz_content", &content),
        ]);
        fields.retain(|_, value| !value.is_empty());
        let sign = sign(&fields, config)?;
        fields.insert("sign", &sign);
        let query = form::encoded(fields);
        let answer = send(self.http.get(&format!("{}?{query}", self.address))).await?;
        let mut body = answer.json(|_| None)?;
        let part = format!("{}_response", method.replace('.', "_"));
        let part = body.get_mut(&part).map(Value::take);
        part.ok_or_else(|| match notice::text(&body, "/error_response/sub_msg") {
            Some(reason) => refused(reason),
            None => refused("the answer is not one to the question"),
        })
    }
}

/// Why Alipay did not do what it was asked for.
fn reason(part: &Value) -> GatewayError {
    let reason = notice::text(part, "/sub_msg").or_else(|| notice::text(part, "/msg"));
    refused(reason.unwrap_or("no reason was given"))
}

#[async_trait]
impl PaymentGateway for AlipayF2f {
    fn code(&self) -> GatewayCode {
        GatewayCode::AlipayF2F
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        // Without Alipay's key the notice of this payment could never be believed.
        let theirs = config.require("public_key")?;
        public_key(theirs).ok_or(GatewayError::Unconfigured("public_key"))?;
        let subject = match config.get("product_name") {
            Some(name) => name.to_owned(),
            None => format!("{} - 订阅", request.site_name),
        };
        let content = json!({
            "subject": subject,
            "out_trade_no": request.trade_no.as_str(),
            "total_amount": request.amount.to_string(),
        });
        let method = "alipay.trade.precreate";
        let asked = self.call(config, method, &request.notify_url, &content);
        let part = asked.await?;
        match (notice::text(&part, "/msg"), notice::text(&part, "/qr_code")) {
            (Some("Success"), Some(code)) => Ok(Payment::Code(code.to_owned())),
            _ => Err(reason(&part)),
        }
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let app_id = notice::required(config, "app_id")?;
        let key = notice::required(config, "public_key")?;
        let key = public_key(key).ok_or(NoticeRefused::Unconfigured)?;
        let fields = form::fields(&notice.fields);
        check_signature(&fields, key)?;
        if fields.get("app_id") != Some(&app_id) {
            return Err(NoticeRefused::ForeignMerchant);
        }
        // The notice of a partial refund has the state of a paid order.
        let is_refund = fields.contains_key("gmt_refund");
        if is_refund || !is_paid(fields.get("trade_status").copied()) {
            return Ok(notice::not_final(SUCCESS));
        }
        let amount = fields
            .get("total_amount")
            .and_then(|text| amount::cents(text));
        let trade_no = fields.get("out_trade_no").copied().unwrap_or_default();
        Ok(NoticeVerdict::Paid(notice::paid(
            notice::trade_no(trade_no)?,
            notice::callback_no(fields.get("trade_no").copied())?,
            Some(amount.ok_or(NoticeRefused::Malformed)?),
        )))
    }

    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let content = json!({ "out_trade_no": trade_no.as_str() });
        let part = self
            .call(config, "alipay.trade.query", "", &content)
            .await?;
        if notice::text(&part, "/sub_code") == Some("ACQ.TRADE_NOT_EXIST") {
            // The customer has not scanned the code.
            return Ok(None);
        }
        if notice::text(&part, "/msg") != Some("Success") {
            return Err(reason(&part));
        }
        let is_ours = notice::text(&part, "/out_trade_no") == Some(trade_no.as_str());
        if !is_ours || !is_paid(notice::text(&part, "/trade_status")) {
            return Ok(None);
        }
        let callback_no = notice::callback_no(notice::text(&part, "/trade_no"));
        let amount = part.get("total_amount").and_then(amount::json_cents);
        match (callback_no, amount) {
            (Ok(callback_no), Some(amount)) => Ok(Some(notice::paid(
                trade_no.clone(),
                callback_no,
                Some(amount),
            ))),
            _ => Err(refused("the answer lacks the number or the amount")),
        }
    }

    fn refunds(&self) -> Option<&dyn RefundGateway> {
        Some(self)
    }
}

#[async_trait]
impl RefundGateway for AlipayF2f {
    /// Alipay knows a refund by its number, and answers as before where it is asked for once more. Only what it
    /// says about the trade itself is a decision: a key that it does not take says nothing of an earlier request.
    async fn find_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Option<String>, GatewayError> {
        let part = self.ask_for_refund(config, refund).await;
        let part = part.map_err(not_told)?;
        let outcome = outcome(&part, refund).map(Some);
        if notice::text(&part, "/code") == Some(ABOUT_THE_TRADE) {
            outcome
        } else {
            outcome.map_err(not_told)
        }
    }

    async fn refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<String, GatewayError> {
        outcome(&self.ask_for_refund(config, refund).await?, refund)
    }
}

/// The code of a refusal that is about the trade, and not about who asks or how.
const ABOUT_THE_TRADE: &str = "40004";

impl AlipayF2f {
    async fn ask_for_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Value, GatewayError> {
        let content = json!({
            "trade_no": refund.payment.callback_no,
            "refund_amount": refund.amount.to_string(),
            "refund_reason": refund.reason,
            "out_request_no": refund.key,
        });
        self.call(config, "alipay.trade.refund", "", &content).await
    }
}

/// What became of a refund.
fn outcome(part: &Value, refund: &GatewayRefund) -> Result<String, GatewayError> {
    let sub_code = notice::text(part, "/sub_code").unwrap_or_default();
    match notice::text(part, "/code") {
        Some("10000") => Ok(refund.key.clone()),
        // Alipay does not know itself, and says so by these.
        Some("20000") => Err(unclear(sub_code)),
        _ if sub_code.ends_with("SYSTEM_ERROR") => Err(unclear(sub_code)),
        _ => Err(reason(part)),
    }
}
