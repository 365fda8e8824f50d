//! What the gateways of Stripe share: the API, the currency of the charge, and signed events.

use ferroboard_billing::{
    DisputeNotice, GatewayCode, GatewayConfig, GatewayError, NoticeRefused, PaidNotice,
    PaymentRequest, RawNotice,
};
use ferroboard_kernel::{Cents, TradeNo, UnixSeconds};
use reqwest::RequestBuilder;
use serde_json::Value;

use super::amount;
use super::form;
use super::http::{GatewayHttp, refused, send};
use super::notice;
use super::signature::hmac_sha256_hex;

/// The version of the API whose words are used here, whatever the account's own default is.
const VERSION: &str = "2024-06-20";
/// How far the time in a signature may be from ours: older ones could be replays.
const TOLERANCE_SECONDS: i64 = 300;
/// Decimals of the rate that are kept.
const RATE_PLACES: usize = 12;

/// Currencies whose smallest unit is the whole one.
const WITHOUT_DECIMALS: [&str; 16] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
];
/// Currencies with a thousandth as smallest unit, of which only whole tens can be charged.
const WITH_THREE_DECIMALS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// Stripe's API, for the account of the configuration that comes with each call.
#[derive(Clone)]
pub(super) struct StripeApi {
    pub(super) http: GatewayHttp,
    /// Stripe's one address.
    pub(super) address: String,
}

/// The members of a form to Stripe.
pub(super) type Form = Vec<(String, String)>;

impl StripeApi {
    /// Sends a form. A call repeated with the same key has one effect.
    pub(super) async fn post(
        &self,
        config: &GatewayConfig,
        path: &str,
        idempotency_key: Option<&str>,
        members: &Form,
    ) -> Result<Value, GatewayError> {
        let url = form::address(&self.address, path);
        let members = members.iter().map(|(name, value)| (&**name, &**value));
        let mut request = self.http.post_form(&url, form::encoded(members));
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        ask(config, request).await
    }

    /// Reads what the API has at this path.
    pub(super) async fn get(
        &self,
        config: &GatewayConfig,
        path: &str,
    ) -> Result<Value, GatewayError> {
        ask(config, self.http.get(&form::address(&self.address, path))).await
    }

    /// The payment of an order by this gateway, when one has succeeded. `number` is what names a
    /// payment in the gateway's notices.
    pub(super) async fn find_payment(
        &self,
        config: &GatewayConfig,
        code: GatewayCode,
        trade_no: &TradeNo,
        number: fn(&Value) -> Option<&str>,
    ) -> Result<Option<PaidNotice>, GatewayError> {
        let quoted = trade_no.as_str().replace('\\', "\\\\").replace('\'', "\\'");
        let query = format!("metadata['out_trade_no']:'{quoted}'");
        let query = form::encoded([("query", query.as_str())]);
        let path = format!("/v1/payment_intents/search?{query}");
        let answer = self.get(config, &path).await?;
        let mut found = answer
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let intent = found.find(|intent| {
            notice::text(intent, "/metadata/out_trade_no") == Some(trade_no.as_str())
                && notice::text(intent, "/status") == Some("succeeded")
                && !is_of_another(code, intent)
        });
        let Some(intent) = intent else {
            return Ok(None);
        };
        let received = intent.get("amount_received").and_then(Value::as_i64);
        let paid = notice::callback_no(number(intent))
            .and_then(|callback_no| paid(intent, received, trade_no.clone(), callback_no));
        paid.map(Some)
            .map_err(|_| refused("the payment is incomplete"))
    }
}

async fn ask(config: &GatewayConfig, request: RequestBuilder) -> Result<Value, GatewayError> {
    let key = config.require("stripe_sk_live")?;
    let request = request.bearer_auth(key).header("stripe-version", VERSION);
    let answer = send(request).await?;
    answer.json(|body| notice::text(body, "/error/message"))
}

/// What Stripe is asked to charge for an order.
pub(super) struct Charge {
    /// In lower case.
    pub(super) currency: String,
    /// In the currency's smallest unit.
    pub(super) units: i64,
}

impl Charge {
    /// The amount of the request in the currency of the configuration, at the configured rate,
    /// rounded down.
    pub(super) fn of(
        config: &GatewayConfig,
        request: &PaymentRequest,
    ) -> Result<Self, GatewayError> {
        let currency = config.require("currency")?.to_ascii_lowercase();
        let unusable = GatewayError::Unconfigured("exchange_rate");
        let (rate, places) = match config.get("exchange_rate") {
            Some(rate) => (amount::scaled(rate, RATE_PLACES), RATE_PLACES),
            None if request.currency.eq_ignore_ascii_case(&currency) => (Some(1), 0),
            None => (None, 0),
        };
        let units = rate.and_then(|rate| {
            let divisor = 10_i128.checked_pow(u32::try_from(places).ok()?)?;
            let product = i128::from(request.amount.get()).checked_mul(rate)?;
            let units = if WITHOUT_DECIMALS.contains(&&*currency) {
                product.checked_div(divisor.checked_mul(100)?)?
            } else if WITH_THREE_DECIMALS.contains(&&*currency) {
                product.checked_div(divisor)?.checked_mul(10)?
            } else {
                product.checked_div(divisor)?
            };
            i64::try_from(units).ok().filter(|units| *units > 0)
        });
        let units = units.ok_or(unusable)?;
        Ok(Self { currency, units })
    }

    /// The key under which Stripe makes this charge once.
    pub(super) fn idempotency_key(&self, request: &PaymentRequest) -> String {
        format!("{}-{}{}", request.trade_no, self.units, self.currency)
    }

    /// What is kept with the payment at Stripe: whom it is for, and what it is worth there, so that
    /// a later change of the rate does not change it.
    pub(super) fn metadata(&self, code: GatewayCode, request: &PaymentRequest) -> Form {
        [
            ("out_trade_no", request.trade_no.to_string()),
            ("user_id", request.user_id.get().to_string()),
            ("gateway", code.as_str().to_owned()),
            ("due_cents", request.amount.get().to_string()),
            ("charged_units", self.units.to_string()),
            ("charged_currency", self.currency.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

/// The members as those of another one: `name` becomes `outer[name]`.
pub(super) fn nested(outer: &str, members: &Form) -> Form {
    let nest = |(name, value): &(String, String)| (format!("{outer}[{name}]"), value.clone());
    members.iter().map(nest).collect()
}

/// Whether a payment of the account belongs to the other gateway of Stripe, which hears of it too.
pub(super) fn is_of_another(code: GatewayCode, object: &Value) -> bool {
    notice::text(object, "/metadata/gateway").is_some_and(|theirs| theirs != code.as_str())
}

/// The payment of `received` units of the object's currency. What was charged at a rate is
/// converted back by the very terms of the charge; anything else keeps its own currency.
pub(super) fn paid(
    object: &Value,
    received: Option<i64>,
    trade_no: TradeNo,
    callback_no: String,
) -> Result<PaidNotice, NoticeRefused> {
    let received = received.filter(|units| *units >= 0);
    let received = received.ok_or(NoticeRefused::Malformed)?;
    let currency = notice::text(object, "/currency").ok_or(NoticeRefused::Malformed)?;
    let currency = currency.to_ascii_lowercase();
    if let Some(due) = converted_back(object, received, &currency) {
        return Ok(notice::paid(trade_no, callback_no, Some(due)));
    }
    let cents = hundredths(received, &currency).ok_or(NoticeRefused::Malformed)?;
    Ok(PaidNotice {
        currency: Some(currency.to_ascii_uppercase()),
        ..notice::paid(trade_no, callback_no, Some(cents))
    })
}

/// So many of the smallest units of a currency in its hundredths.
fn hundredths(units: i64, currency: &str) -> Option<Cents> {
    let cents = if WITHOUT_DECIMALS.contains(&currency) {
        units.checked_mul(100)?
    } else if WITH_THREE_DECIMALS.contains(&currency) {
        units / 10
    } else {
        units
    };
    Some(Cents::new(cents))
}

/// The dispute that an event is about; `None` where it is about something else. Disputes bear no metadata of
/// ours: by the numbers of the payment they are known.
pub(super) fn disputed(event: &Value) -> Option<Result<DisputeNotice, NoticeRefused>> {
    let is_closed = match notice::text(event, "/type") {
        Some("charge.dispute.created") => false,
        Some("charge.dispute.closed") => true,
        _ => return None,
    };
    let dispute = event.pointer("/data/object");
    Some(dispute_of(dispute, is_closed))
}

fn dispute_of(dispute: Option<&Value>, is_closed: bool) -> Result<DisputeNotice, NoticeRefused> {
    let dispute = dispute.ok_or(NoticeRefused::Malformed)?;
    let numbers = ["/payment_intent", "/charge"]
        .iter()
        .filter_map(|place| notice::text(dispute, place))
        .map(|number| notice::callback_no(Some(number)));
    let currency = notice::text(dispute, "/currency").map(str::to_ascii_lowercase);
    let units = dispute.get("amount").and_then(Value::as_i64);
    Ok(DisputeNotice {
        dispute_no: notice::callback_no(notice::text(dispute, "/id"))?,
        payment_nos: numbers.collect::<Result<_, _>>()?,
        amount: units
            .zip(currency.as_deref())
            .and_then(|(units, currency)| hundredths(units, currency)),
        currency: currency.map(|code| code.to_ascii_uppercase()),
        standing: notice::text(dispute, "/status").map(str::to_owned),
        is_closed,
        reply: notice::SUCCESS.to_owned(),
    })
}

/// `due × received ÷ charged`, rounded down: the whole sum that was due once all is received.
fn converted_back(object: &Value, received: i64, currency: &str) -> Option<Cents> {
    if notice::text(object, "/metadata/charged_currency") != Some(currency) {
        return None;
    }
    let kept = |name| notice::text(object, name).and_then(amount::whole_cents);
    let due = i128::from(kept("/metadata/due_cents")?.get());
    let charged = i128::from(kept("/metadata/charged_units")?.get());
    let worth = due
        .checked_mul(i128::from(received))?
        .checked_div(charged)?;
    i64::try_from(worth).ok().map(Cents::new)
}

/// So many of the site's cents in units of the payment, by the very terms of its charge, rounded down. What
/// was charged without such terms must be in the site's currency.
pub(super) fn units_of(payment: &Value, refund: Cents, currency: &str) -> Option<i64> {
    let paid_in = notice::text(payment, "/currency")?.to_ascii_lowercase();
    let cents = i128::from(refund.get());
    let kept = |name| notice::text(payment, name).and_then(amount::whole_cents);
    let terms = kept("/metadata/due_cents").zip(kept("/metadata/charged_units"));
    let is_kept = notice::text(payment, "/metadata/charged_currency") == Some(&*paid_in);
    let units = match terms.filter(|_| is_kept) {
        Some((due, charged)) => cents
            .checked_mul(i128::from(charged.get()))?
            .checked_div(i128::from(due.get()))?,
        None if !paid_in.eq_ignore_ascii_case(currency) => return None,
        None if WITHOUT_DECIMALS.contains(&&*paid_in) => cents / 100,
        None if WITH_THREE_DECIMALS.contains(&&*paid_in) => cents.checked_mul(10)?,
        None => cents,
    };
    let units = if WITH_THREE_DECIMALS.contains(&&*paid_in) {
        units - units % 10
    } else {
        units
    };
    i64::try_from(units).ok().filter(|units| *units > 0)
}

/// The event of a notice, when Stripe signed it a short time ago.
pub(super) fn event(
    config: &GatewayConfig,
    notice: &RawNotice,
    now: UnixSeconds,
) -> Result<Value, NoticeRefused> {
    let key = notice::required(config, "stripe_webhook_key")?;
    let header = notice.header("stripe-signature");
    let header = header.ok_or(NoticeRefused::Signature)?;
    let parts = || {
        header
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
    };
    let time = parts().find_map(|(name, value)| (name == "t").then_some(value));
    let time = time.ok_or(NoticeRefused::Signature)?;
    let expected = hmac_sha256_hex(key, &[time.as_bytes(), b".", &notice.body]);
    // While a secret is being replaced, Stripe signs with the old and the new one.
    let mut given = parts().filter(|(name, _)| *name == "v1");
    if !given.any(|(_, given)| notice::matching(expected.as_deref(), given).is_ok()) {
        return Err(NoticeRefused::Signature);
    }
    let signed_at: i64 = time.parse().map_err(|_| NoticeRefused::Signature)?;
    let age = now.since(UnixSeconds::new(signed_at)).get();
    if age.saturating_abs() > TOLERANCE_SECONDS {
        return Err(NoticeRefused::Signature);
    }
    notice::json(&notice.body)
}
