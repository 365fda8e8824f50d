use async_trait::async_trait;
use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, GatewayRefund, NoticeRefused, NoticeVerdict,
    PaidNotice, Payment, PaymentGateway, PaymentRequest, RawNotice, RefundGateway,
};
use ferroboard_kernel::{TradeNo, UnixSeconds};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::amount;
use super::form;
use super::http::{GatewayHttp, LONGEST_NUMBER, not_told, refused, send, unclear};
use super::notice::{self, SUCCESS};
use super::signature::hmac_sha256_hex;

/// BTCPay Server, the merchant's own: a notice only says that an invoice changed, and the server is
/// then asked what it is worth.
pub(super) struct BtcPay {
    pub(super) http: GatewayHttp,
}

/// Where the store's invoices are.
fn invoices(config: &GatewayConfig) -> Result<String, GatewayError> {
    of_store(config, "invoices")
}

/// Where a store's things of one kind are.
fn of_store(config: &GatewayConfig, things: &str) -> Result<String, GatewayError> {
    let store = form::segment(config.require("btcpay_storeId")?);
    let store = store.ok_or(GatewayError::Unconfigured("btcpay_storeId"))?;
    let path = format!("/api/v1/stores/{store}/{things}");
    Ok(form::address(config.require("btcpay_url")?, &path))
}

fn authorized(
    request: RequestBuilder,
    config: &GatewayConfig,
) -> Result<RequestBuilder, GatewayError> {
    let key = config.require("btcpay_api_key")?;
    Ok(request.header("authorization", format!("token {key}")))
}

/// Why the server refused; for a request that it could not read, a list of reasons.
fn reason(body: &Value) -> Option<&str> {
    notice::text(body, "/message").or_else(|| notice::text(body, "/0/message"))
}

#[async_trait]
impl PaymentGateway for BtcPay {
    fn code(&self) -> GatewayCode {
        GatewayCode::BtcPay
    }

    async fn pay(
        &self,
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Payment, GatewayError> {
        let invoice = json!({
            "jsonResponse": true,
            "amount": request.amount.to_string(),
            "currency": request.currency,
            "metadata": { "orderId": request.trade_no.as_str() },
        });
        let asked = self.http.post(&invoices(config)?).json(&invoice);
        let answer = send(authorized(asked, config)?).await?;
        let invoice = answer.json(reason)?;
        let page = notice::text(&invoice, "/checkoutLink");
        let page = page.ok_or_else(|| refused("the answer names no payment page"))?;
        Ok(Payment::Redirect(page.to_owned()))
    }

    fn check_signature(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
    ) -> Option<Result<(), NoticeRefused>> {
        Some(check_signature(config, notice))
    }

    async fn verify(
        &self,
        config: &GatewayConfig,
        notice: &RawNotice,
        _now: UnixSeconds,
    ) -> Result<NoticeVerdict, NoticeRefused> {
        check_signature(config, notice)?;
        let store = notice::required(config, "btcpay_storeId")?;
        let event = notice::json(notice::trimmed(&notice.body))?;
        if notice::text(&event, "/storeId").is_some_and(|theirs| theirs != store) {
            return Err(NoticeRefused::ForeignMerchant);
        }
        // Pull payments and payouts are reported too.
        let Some(id) = notice::text(&event, "/invoiceId") else {
            return Ok(notice::not_final(SUCCESS));
        };
        let id_segment = form::segment(id).ok_or(NoticeRefused::Malformed)?;
        let invoice = self.fetch_invoice(config, &id_segment).await;
        let invoice = invoice.map_err(|error| match error {
            GatewayError::Unconfigured(_) => NoticeRefused::Unconfigured,
            // Answered with an error, the server repeats the notice later.
            GatewayError::Refused(reason) | GatewayError::Unreachable(reason) => {
                NoticeRefused::Gateway(reason)
            }
        })?;
        if notice::text(&invoice, "/id") != Some(id) {
            return Err(NoticeRefused::Malformed);
        }
        let order = notice::text(&invoice, "/metadata/orderId");
        let (true, Some(order)) = (is_settled(&invoice), order) else {
            return Ok(notice::not_final(SUCCESS));
        };
        let paid = settled(&invoice, notice::trade_no(order)?);
        paid.map(NoticeVerdict::Paid)
            .ok_or(NoticeRefused::Malformed)
    }

    async fn find_payment(
        &self,
        config: &GatewayConfig,
        trade_no: &TradeNo,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let query = form::encoded([("orderId", trade_no.as_str())]);
        let asked = self.http.get(&format!("{}?{query}", invoices(config)?));
        let answer = send(authorized(asked, config)?).await?;
        let found = answer.json(reason)?;
        let mut ours = found.as_array().into_iter().flatten().filter(|invoice| {
            // The server's own search is not relied upon.
            notice::text(invoice, "/metadata/orderId") == Some(trade_no.as_str())
                && is_settled(invoice)
        });
        Ok(ours.find_map(|invoice| settled(invoice, trade_no.clone())))
    }

    fn refunds(&self) -> Option<&dyn RefundGateway> {
        Some(self)
    }
}

/// A refund is a pull payment that the buyer claims at the server's page for it. The server knows no keys of
/// idempotency: the pull payment bears the key as its name, by which it is looked for before it is asked for again.
#[async_trait]
impl RefundGateway for BtcPay {
    async fn find_refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<Option<String>, GatewayError> {
        let made = of_store(config, "pull-payments?includeArchived=true").map_err(not_told)?;
        let made = self.fetch(config, &made).await.map_err(not_told)?;
        let mut made = made.as_array().into_iter().flatten();
        let ours = made.find(|made| notice::text(made, "/name") == Some(refund.key.as_str()));
        ours.map(claimed_at).transpose()
    }

    async fn refund(
        &self,
        config: &GatewayConfig,
        refund: &GatewayRefund,
    ) -> Result<String, GatewayError> {
        let invoice = form::segment(&refund.payment.callback_no);
        let invoice = invoice.ok_or_else(|| refused("the payment has no number"))?;
        let invoice = format!("{}/{invoice}", invoices(config)?);
        let methods = self
            .fetch(config, &format!("{invoice}/payment-methods"))
            .await?;
        let mut methods = methods.as_array().into_iter().flatten();
        let method = methods.find_map(paid_by);
        let method = method.ok_or_else(|| refused("nothing was paid"))?;
        let wanted = json!({
            "name": refund.key,
            "description": refund.reason,
            // The older of the two names is that of servers before 2.0.
            "payoutMethodId": method,
            "paymentMethod": method,
            "refundVariant": "Custom",
            "customAmount": refund.amount.to_string(),
            "customCurrency": refund.currency,
        });
        let asked = self.http.post(&format!("{invoice}/refund")).json(&wanted);
        let answer = send(authorized(asked, config)?).await?;
        claimed_at(&answer.json(reason)?)
    }
}

/// The means by which something of the invoice was paid, as the server calls it.
fn paid_by(method: &Value) -> Option<&str> {
    let name = notice::text(method, "/paymentMethodId");
    let name = name.or_else(|| notice::text(method, "/paymentMethod"))?;
    let paid = method.get("paymentMethodPaid")?;
    let digits = match paid {
        Value::String(text) => text.clone(),
        paid => paid.to_string(),
    };
    digits
        .bytes()
        .any(|digit| matches!(digit, b'1'..=b'9'))
        .then_some(name)
}

/// Where the buyer claims the refund.
fn claimed_at(payment: &Value) -> Result<String, GatewayError> {
    let page = notice::text(payment, "/viewLink").or_else(|| notice::text(payment, "/id"));
    let page = page.ok_or_else(|| unclear("the answer names no refund"))?;
    Ok(page.chars().take(LONGEST_NUMBER).collect())
}

fn check_signature(config: &GatewayConfig, notice: &RawNotice) -> Result<(), NoticeRefused> {
    let key = notice::required(config, "btcpay_webhook_key")?;
    let given = notice
        .header("btcpay-sig")
        .ok_or(NoticeRefused::Signature)?;
    let given = given.strip_prefix("sha256=");
    let given = given.ok_or(NoticeRefused::Signature)?;
    let of = |body: &[u8]| hmac_sha256_hex(key, &[body]);
    notice::matching(of(&notice.body).as_deref(), given)
        .or_else(|_| notice::matching(of(notice::trimmed(&notice.body)).as_deref(), given))
}

impl BtcPay {
    async fn fetch_invoice(
        &self,
        config: &GatewayConfig,
        id_segment: &str,
    ) -> Result<Value, GatewayError> {
        let url = format!("{}/{id_segment}", invoices(config)?);
        self.fetch(config, &url).await
    }

    async fn fetch(&self, config: &GatewayConfig, url: &str) -> Result<Value, GatewayError> {
        let answer = send(authorized(self.http.get(url), config)?).await?;
        answer.json(reason)
    }
}

/// Whether the money arrived for good.
fn is_settled(invoice: &Value) -> bool {
    notice::text(invoice, "/status") == Some("Settled")
}

/// What a settled invoice pays; `None` when it lacks its number, amount or currency.
fn settled(invoice: &Value, trade_no: TradeNo) -> Option<PaidNotice> {
    let callback_no = notice::callback_no(notice::text(invoice, "/id")).ok()?;
    let amount = invoice.get("amount").and_then(amount::json_cents)?;
    let currency = notice::text(invoice, "/currency")?;
    Some(PaidNotice {
        currency: Some(currency.to_owned()),
        ..notice::paid(trade_no, callback_no, Some(amount))
    })
}
