use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateway, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use serde_json::Value;

use super::amount;
use super::form::{self, Fields};
use super::http::{GatewayHttp, refused, send};
use super::notice;
use super::signature::md5_hex;

/// `MGate`: a broker that is asked for a payment page and signs with MD5 over the encoded query.
pub(super) struct Mgate {
    pub(super) http: GatewayHttp,
}

/// The MD5 digest of the sorted, encoded parameters followed by the secret.
fn sign(fields: &Fields<'_>, secret: &str) -> String {
    let mut signed = fields.clone();
    signed.remove("sign");
    md5_hex(&(form::encoded(signed) + secret))
}

/// Why `MGate` refused: the first message of the first field, or the general one.
fn reason(body: &Value) -> Option<&str> {
    let fields = body.get("errors").and_then(Value::as_object);
    let first = fields.and_then(|fields| fields.values().next());
    first
        .and_then(|messages| notice::text(messages, "/0"))
        .or_else(|| notice::text(body, "/message"))
}

#[async_trait]
impl PaymentGateway for Mgate {
    fn code(&self) -> GatewayCode {
        GatewayCode::MGate
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        let cents = request.amount.get().to_string();
        let mut fields = Fields::from([
            ("out_trade_no", request.trade_no.as_str()),
            ("total_amount", &cents),
            ("notify_url", &request.notify_url),
            ("return_url", &request.return_url),
            ("app_id", config.require("mgate_app_id")?),
        ]);
        if let Some(currency) = config.get("mgate_source_currency") {
            fields.insert("source_currency", currency);
        }
        let sign = sign(&fields, config.require("mgate_app_secret")?);
        fields.insert("sign", &sign);
        let url = form::address(config.require("mgate_url")?, "/v1/gateway/fetch");
        let asked = self.http.post_form(&url, form::encoded(fields));
        let answer = send(asked.header("user-agent", "MGate")).await?;
        let body = answer.json(reason)?;
        if body.pointer("/data/trade_no").is_none_or(Value::is_null) {
            return Err(refused(reason(&body).unwrap_or("no payment was begun")));
        }
        let page = notice::text(&body, "/data/pay_url");
        let page = page.ok_or_else(|| refused("the answer names no payment page"))?;
        Ok(Payment::Redirect(page.to_owned()))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        let secret = notice::required(config, "mgate_app_secret")?;
        let app_id = notice::required(config, "mgate_app_id")?;
        let fields = form::fields(&notice.fields);
        let given = fields.get("sign").ok_or(NoticeRefused::Signature)?;
        notice::matching(Some(&sign(&fields, secret)), given)?;
        if fields.get("app_id").is_some_and(|theirs| *theirs != app_id) {
            return Err(NoticeRefused::ForeignMerchant);
        }
        let amount = match fields.get("total_amount") {
            Some(text) => Some(amount::whole_cents(text).ok_or(NoticeRefused::Malformed)?),
            None => None,
        };
        let trade_no = fields.get("out_trade_no").copied().unwrap_or_default();
        Ok(NoticeVerdict::Paid(notice::paid(
            notice::trade_no(trade_no)?,
            notice::callback_no(fields.get("trade_no").copied())?,
            amount,
        )))
    }

    /// `MGate` cannot be asked about an order.
    async fn find_payment(
        &self,
        _config: &GatewayConfig,
        _trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        Ok(None)
    }
}
