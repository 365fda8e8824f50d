use std::collections::BTreeMap;

use ferroboard_kernel::lower_hex;
use md5::{Digest as _, Md5};

/// The gateway's code.
pub(crate) const EPAY: &str = "EPay";
/// Names the payment method in notification addresses.
pub(crate) const UUID: &str = "payuuid1";
/// The merchant at the gateway.
pub(crate) const PID: &str = "1001";
/// The secret that the gateway shares with the panel.
pub(crate) const KEY: &str = "epay-secret-key";

/// Where a gateway reports payments to.
pub(crate) fn notify(gateway: &str, uuid: &str) -> String {
    format!("/api/v1/guest/payment/notify/{gateway}/{uuid}")
}

/// What an EPay gateway reports. Its values need no escaping in a query.
#[derive(Debug, Clone)]
pub(crate) struct Notice(BTreeMap<&'static str, String>);

impl Notice {
    /// The report that so much was paid for the order; `number` is the gateway's own.
    pub(crate) fn of(trade_no: &str, cents: i64, number: &str) -> Self {
        let money = format!("{}.{:02}", cents / 100, cents % 100);
        let pairs = [
            ("money", money.as_str()),
            ("name", trade_no),
            ("out_trade_no", trade_no),
            ("pid", PID),
            ("trade_no", number),
            ("trade_status", "TRADE_SUCCESS"),
            ("type", "alipay"),
        ];
        Self(pairs.map(|(name, value)| (name, value.to_owned())).into())
    }

    /// The same with another value.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.insert(name, value.to_owned());
        self
    }

    fn pairs(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The query or form, signed with this key.
    pub(crate) fn signed(&self, key: &str) -> String {
        let pairs = self.pairs();
        let sign = md5_hex(&format!("{pairs}{key}"));
        format!("{pairs}&sign={sign}&sign_type=MD5")
    }

    /// The body of this media type, signed with this key; the boundary of a multipart body is `x`.
    pub(crate) fn written(&self, kind: &str, key: &str) -> String {
        let signed = self.signed(key);
        let members = signed.split('&').filter_map(|pair| pair.split_once('='));
        if kind == "application/json" {
            let members = members.map(|(name, value)| (name.to_owned(), value.into()));
            serde_json::Value::Object(members.collect()).to_string()
        } else if kind.starts_with("multipart/") {
            let parts = members.map(|(name, value)| {
                let about = format!("Content-Disposition: form-data; name=\"{name}\"");
                format!("--x\r\n{about}\r\n\r\n{value}\r\n")
            });
            parts.collect::<String>() + "--x--\r\n"
        } else {
            signed
        }
    }
}

/// The digest in lower-case hexadecimal digits.
pub(crate) fn md5_hex(text: &str) -> String {
    lower_hex(Md5::digest(text.as_bytes()))
}
