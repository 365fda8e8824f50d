//! The order that all these tests pay, and notices about it.

use std::sync::Arc;

use ferroboard_adapters::payment::{GatewayAddresses, Gateways};
use ferroboard_billing::{
    GatewayCode, GatewayConfig, NoticeVerdict, PaidNotice, PaymentRequest, RawNotice,
};
use ferroboard_kernel::{Cents, Clock, TradeNo, UnixSeconds, UserId};

/// The order's number.
pub(crate) const TRADE_NO: &str = "2025010100000000000000006";
/// 2026-01-02 03:04:05 UTC.
pub(crate) const NOW: UnixSeconds = UnixSeconds::new(1_767_323_045);

struct Standing;

impl Clock for Standing {
    fn now(&self) -> UnixSeconds {
        NOW
    }
}

/// The gateways; those with one address are found at `address`.
pub(crate) fn gateways_at(address: &str) -> Gateways {
    let addresses = GatewayAddresses {
        alipay: format!("{address}/gateway.do"),
        stripe: address.to_owned(),
    };
    Gateways::new(addresses, Arc::new(Standing)).unwrap()
}

/// The gateways, with nobody to ask.
pub(crate) fn gateways() -> Gateways {
    gateways_at("http://127.0.0.1:1")
}

/// The order's number as a value.
pub(crate) fn trade_no() -> TradeNo {
    TradeNo::parse(TRADE_NO).unwrap()
}

/// Settings of a payment method.
pub(crate) fn config(values: &[(&str, &str)]) -> GatewayConfig {
    let owned = values.iter();
    GatewayConfig::new(
        owned
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
    )
}

/// The settings with one of them replaced.
pub(crate) fn config_but(values: &[(&str, &str)], name: &str, value: &str) -> GatewayConfig {
    let others = values.iter().filter(|(known, _)| *known != name);
    let mut changed: Vec<_> = others.copied().collect();
    changed.push((name, value));
    config(&changed)
}

/// A payment of 45.00 CNY for the order.
pub(crate) fn request(code: GatewayCode) -> PaymentRequest {
    let code = code.as_str();
    PaymentRequest {
        trade_no: trade_no(),
        amount: Cents::new(4_500),
        user_id: UserId::new(6),
        notify_url: format!("https://panel.test/api/v1/guest/payment/notify/{code}/payuuid1"),
        return_url: format!("https://panel.test/#/order/{TRADE_NO}"),
        token: None,
        site_name: "Ferro".to_owned(),
        currency: "CNY".to_owned(),
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

/// A notice whose members are known by name: `members` and then `others`, of which a later one
/// replaces an earlier one and an empty one removes it.
pub(crate) fn form_notice(members: &[(&str, &str)], others: &[(&str, &str)]) -> RawNotice {
    let mut fields = owned(members);
    for (name, value) in owned(others) {
        fields.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    RawNotice {
        method: "GET".to_owned(),
        query: fields.clone(),
        fields,
        ..RawNotice::default()
    }
}

/// A notice whose body is signed in a header.
pub(crate) fn body_notice(header: &str, signature: &str, body: &str) -> RawNotice {
    RawNotice {
        method: "POST".to_owned(),
        headers: owned(&[("host", "panel.test"), (header, signature)]),
        body: body.as_bytes().to_vec(),
        ..RawNotice::default()
    }
}

/// A payment of the order without a currency, answered with `success`.
pub(crate) fn paid(callback_no: &str, cents: i64) -> PaidNotice {
    PaidNotice {
        trade_no: trade_no(),
        callback_no: callback_no.to_owned(),
        amount: Some(Cents::new(cents)),
        currency: None,
        reply: "success".to_owned(),
    }
}

/// The same with a currency.
pub(crate) fn paid_in(currency: &str, callback_no: &str, cents: i64) -> PaidNotice {
    PaidNotice {
        currency: Some(currency.to_owned()),
        ..paid(callback_no, cents)
    }
}

/// The verdict that nothing was paid.
pub(crate) fn not_final(reply: &str) -> NoticeVerdict {
    NoticeVerdict::NotFinal {
        reply: reply.to_owned(),
    }
}
