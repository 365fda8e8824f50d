//! What every gateway needs to read a notice and to say what it means.

use ferroboard_billing::{GatewayConfig, NoticeRefused, NoticeVerdict, PaidNotice};
use ferroboard_kernel::{Cents, TradeNo, constant_time_eq};
use serde_json::Value;

/// What most gateways want to hear: the notice arrived and need not come again.
pub(super) const SUCCESS: &str = "success";
/// The longest number of a payment that is kept.
const LONGEST_CALLBACK_NO: usize = 255;

/// A secret, or another setting without which no notice can be believed: where it is missing or
/// blank, every notice is refused.
pub(super) fn required<'a>(
    config: &'a GatewayConfig,
    name: &str,
) -> Result<&'a str, NoticeRefused> {
    config.get(name).ok_or(NoticeRefused::Unconfigured)
}

/// Refuses the notice unless it carries the signature that was expected.
pub(super) fn matching(expected: Option<&str>, given: &str) -> Result<(), NoticeRefused> {
    if expected.is_some_and(|expected| constant_time_eq(expected, given)) {
        Ok(())
    } else {
        Err(NoticeRefused::Signature)
    }
}

/// The body without white space around it: the reference signs it that way.
pub(super) fn trimmed(body: &[u8]) -> &[u8] {
    body.trim_ascii()
}

/// The JSON of a body whose signature was right.
pub(super) fn json(body: &[u8]) -> Result<Value, NoticeRefused> {
    serde_json::from_slice(body).map_err(|_| NoticeRefused::Malformed)
}

/// The text at this place, unless it is missing or empty.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.filter(|text| !text.is_empty())
}

/// The number of an order of ours.
pub(super) fn trade_no(text: &str) -> Result<TradeNo, NoticeRefused> {
    TradeNo::parse(text).map_err(|_| NoticeRefused::Malformed)
}

/// The gateway's own number of the payment, by which a repeated notice is known.
pub(super) fn callback_no(text: Option<&str>) -> Result<String, NoticeRefused> {
    let fits = |text: &&str| !text.is_empty() && text.len() <= LONGEST_CALLBACK_NO;
    text.filter(fits)
        .map(str::to_owned)
        .ok_or(NoticeRefused::Malformed)
}

/// A payment that the gateway reports in the currency that it was asked for.
pub(super) fn paid(trade_no: TradeNo, callback_no: String, amount: Option<Cents>) -> PaidNotice {
    PaidNotice {
        trade_no,
        callback_no,
        amount,
        currency: None,
        reply: SUCCESS.to_owned(),
    }
}

/// A genuine notice that pays nothing.
pub(super) fn not_final(reply: &str) -> NoticeVerdict {
    NoticeVerdict::NotFinal {
        reply: reply.to_owned(),
    }
}
