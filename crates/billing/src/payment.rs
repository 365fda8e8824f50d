//! Ways to pay, and what is said to a gateway and by it.

mod fields;
mod terms;

use std::collections::BTreeMap;

use ferroboard_kernel::{Cents, MoneyOverflow, PaymentId, Percent, TradeNo, UserId};

use crate::GatewayError;

pub use self::fields::GatewayField;
pub use self::terms::PaymentTerms;

/// The gateways that there is code for (`v2_payment.payment`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GatewayCode {
    /// Alipay, face to face.
    AlipayF2F,
    /// `BTCPay` Server.
    BtcPay,
    /// Coinbase Commerce.
    Coinbase,
    /// `CoinPayments`.
    CoinPayments,
    /// The EPay protocol that many resellers speak.
    EPay,
    /// `MGate`.
    MGate,
    /// Stripe, hosted checkout page.
    StripeCheckout,
    /// Stripe, card entered on the panel's page.
    StripeCredit,
}

impl GatewayCode {
    /// Every gateway.
    pub const ALL: [Self; 8] = [
        Self::AlipayF2F,
        Self::BtcPay,
        Self::Coinbase,
        Self::CoinPayments,
        Self::EPay,
        Self::MGate,
        Self::StripeCheckout,
        Self::StripeCredit,
    ];

    /// The code in the database and in notification addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlipayF2F => "AlipayF2F",
            Self::BtcPay => "BTCPay",
            Self::Coinbase => "Coinbase",
            Self::CoinPayments => "CoinPayments",
            Self::EPay => "EPay",
            Self::MGate => "MGate",
            Self::StripeCheckout => "StripeCheckout",
            Self::StripeCredit => "StripeCredit",
        }
    }

    /// The gateway with this code, spelled exactly.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == code)
    }
}

/// A row of `v2_payment`: one gateway with one account at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    /// The row.
    pub id: PaymentId,
    /// Names the method in notification addresses; every payer can see it.
    pub uuid: String,
    /// The gateway's code as stored: an imported row may name a gateway that there is no code for.
    pub gateway: String,
    /// Shown to customers.
    pub name: String,
    /// Address of a picture.
    pub icon: Option<String>,
    /// The gateway's settings.
    pub config: GatewayConfig,
    /// Scheme and host of the notification address, where it is not the panel's own.
    pub notify_domain: Option<String>,
    /// Part of the fee that does not depend on the order.
    pub fee_fixed: Option<Cents>,
    /// Part of the fee that is a share of the order.
    pub fee_percent: Option<Percent>,
    /// Whether it may be used, by customers and by notices.
    pub enabled: bool,
    /// Its place in the list.
    pub sort: Option<i64>,
}

impl PaymentMethod {
    /// The gateway, where there is code for it.
    pub fn code(&self) -> Option<GatewayCode> {
        GatewayCode::parse(&self.gateway)
    }

    /// The fee for an order with this much to pay: the share is rounded half up, the result never
    /// negative; `None` for a method without fees.
    pub fn fee(&self, total: Cents) -> Result<Option<Cents>, MoneyOverflow> {
        let fixed = self.fee_fixed.unwrap_or_default();
        let percent = self.fee_percent.unwrap_or_default();
        if fixed == Cents::ZERO && percent == Percent::default() {
            return Ok(None);
        }
        let fee = total.percent_half_up(percent)?.checked_add(fixed)?;
        Ok(Some(fee.max(Cents::ZERO)))
    }
}

/// The settings of one gateway as an administrator entered them. Its `Debug` form hides the values:
/// most of them are secrets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct GatewayConfig(BTreeMap<String, String>);

impl GatewayConfig {
    /// The settings by name.
    pub fn new(values: BTreeMap<String, String>) -> Self {
        Self(values)
    }

    /// Reads the JSON object of `v2_payment.config`. Numbers and switches count as their texts;
    /// what is neither an object nor has a text for a value counts as missing.
    pub fn from_json(stored: &str) -> Self {
        let Ok(serde_json::Value::Object(members)) = serde_json::from_str(stored) else {
            return Self::default();
        };
        let text = |value| match value {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(switch) => Some(i32::from(switch).to_string()),
            _ => None,
        };
        let texts = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, text(value)?)));
        Self(texts.collect())
    }

    /// The settings by name, as they are stored.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The text of `v2_payment.config`.
    pub fn to_json(&self) -> String {
        let members = self.values();
        let members = members.map(|(name, value)| (name.to_owned(), value.into()));
        serde_json::Value::Object(members.collect()).to_string()
    }

    /// The names of settings that differ.
    pub fn changed_to(&self, other: &Self) -> Vec<String> {
        let names = self.0.keys().chain(other.0.keys());
        let changed = names.filter(|name| self.0.get(*name) != other.0.get(*name));
        let changed: std::collections::BTreeSet<&String> = changed.collect();
        changed.into_iter().cloned().collect()
    }

    /// The setting without surrounding blanks; `None` when it is missing or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The setting, or the error that a gateway without it answers.
    pub fn require(&self, name: &'static str) -> Result<&str, GatewayError> {
        self.get(name).ok_or(GatewayError::Unconfigured(name))
    }
}

impl std::fmt::Debug for GatewayConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names = f.debug_set();
        names.entries(self.0.keys()).finish()
    }
}

/// A payment that a customer wants to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRequest {
    /// The order.
    pub trade_no: TradeNo,
    /// What the customer pays, the fee included; more than zero.
    pub amount: Cents,
    /// Who pays.
    pub user_id: UserId,
    /// Where the gateway reports to.
    pub notify_url: String,
    /// Where the customer returns to.
    pub return_url: String,
    /// What the page got from the gateway for the customer's card.
    pub token: Option<String>,
    /// The site's name, for titles.
    pub site_name: String,
    /// Code of the site's currency, in which `amount` is.
    pub currency: String,
}

/// How a started payment goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// The customer scans this text as a QR code (type 0).
    Code(String),
    /// The customer's browser goes to this address (type 1).
    Redirect(String),
    /// The customer has nothing more to do (type 2). The order is still paid by the notice alone.
    Done,
}

impl Payment {
    /// The number of `type` in the answer to a checkout.
    pub const fn code(&self) -> i64 {
        match self {
            Self::Code(_) => 0,
            Self::Redirect(_) => 1,
            Self::Done => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(fixed: Option<i64>, hundredths: Option<i64>) -> PaymentMethod {
        PaymentMethod {
            id: PaymentId::new(1),
            uuid: "payuuid1".into(),
            gateway: "EPay".into(),
            name: "EPay".into(),
            icon: None,
            config: GatewayConfig::default(),
            notify_domain: None,
            fee_fixed: fixed.map(Cents::new),
            fee_percent: hundredths.map(Percent::hundredths),
            enabled: true,
            sort: None,
        }
    }

    #[test]
    fn the_fee_is_a_rounded_share_and_a_fixed_part() {
        for (fixed, hundredths, total, fee) in [
            (Some(30), Some(250), 4_000, Some(130)),
            (None, None, 4_000, None),
            (Some(0), Some(0), 4_000, None),
            (Some(50), Some(150), 1_000, Some(65)),
            (None, Some(250), 100, Some(3)),
            (None, Some(250), 99, Some(2)),
            (None, Some(1), 1, Some(0)),
            (Some(-500), None, 100, Some(0)),
        ] {
            let computed = method(fixed, hundredths).fee(Cents::new(total)).unwrap();
            assert_eq!(
                computed,
                fee.map(Cents::new),
                "{fixed:?} {hundredths:?} of {total}"
            );
        }
    }

    #[test]
    fn codes_round_trip_and_are_exact() {
        for code in GatewayCode::ALL {
            assert_eq!(GatewayCode::parse(code.as_str()), Some(code));
        }
        assert_eq!(GatewayCode::parse("epay"), None);
        assert_eq!(GatewayCode::parse("GhostPay"), None);
    }

    #[test]
    fn blank_settings_are_missing_and_values_stay_hidden() {
        let config =
            GatewayConfig::from_json(r#"{"key":" s3cret ","pid":1001,"empty":"  ","list":[1]}"#);
        assert_eq!(config.get("key"), Some("s3cret"));
        assert_eq!(config.get("pid"), Some("1001"));
        assert_eq!(config.get("empty"), None);
        assert_eq!(config.get("list"), None);
        assert_eq!(
            config.require("url"),
            Err(GatewayError::Unconfigured("url"))
        );
        assert!(!format!("{config:?}").contains("s3cret"));
        assert_eq!(
            config.to_json(),
            r#"{"empty":"  ","key":" s3cret ","pid":"1001"}"#
        );
        let other = GatewayConfig::from_json(r#"{"key":"other","pid":1001,"new":"1"}"#);
        assert_eq!(config.changed_to(&other), ["empty", "key", "new"]);
        assert_eq!(GatewayConfig::from_json("[]"), GatewayConfig::default());
        assert_eq!(GatewayConfig::from_json("junk"), GatewayConfig::default());
    }
}
