//! Price lists as plans store them.

use std::collections::BTreeMap;

use ferroboard_kernel::{Cents, Decimal};
use serde_json::Value;

use crate::Period;
use crate::document::Document;

/// What a plan costs for each period for which it is sold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceList {
    document: Document,
    prices: BTreeMap<Period, Cents>,
}

impl PriceList {
    /// Reads the JSON object of `v2_plan.prices`: amounts in major units by period, as numbers or
    /// texts. Each becomes cents exactly as it is written, half a cent upwards. A period without
    /// an amount, or with one that is negative or unreadable, is not sold; 0 is free.
    pub fn from_json(stored: Option<&str>) -> Self {
        let document = Document::from_json(stored);
        let price = |period: Period| {
            let amount = match document.value().get(period.key())? {
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.clone(),
                _ => return None,
            };
            Some((period, major_units(amount.trim())?))
        };
        let prices = Period::ALL.into_iter().filter_map(price).collect();
        Self { document, prices }
    }

    /// These prices, to be stored as they are written: numbers in major units, 1 and 0.5 and 9.99. A list
    /// of none is nothing.
    pub fn offered(prices: impl IntoIterator<Item = (Period, Cents)>) -> Self {
        let written = prices.into_iter().map(|(period, price)| {
            let units = Decimal::new(price.get().saturating_mul(100));
            format!("\"{}\":{units}", period.key())
        });
        let written: Vec<String> = written.collect();
        if written.is_empty() {
            return Self::default();
        }
        Self::from_json(Some(&format!("{{{}}}", written.join(","))))
    }

    /// The price; `None` when it is not sold for the period.
    pub fn of(&self, period: Period) -> Option<Cents> {
        self.prices.get(&period).copied()
    }

    /// What is stored, in major units; null where there is nothing.
    pub const fn stored(&self) -> &Value {
        self.document.value()
    }

    /// The column's text; `None` where there is nothing.
    pub fn to_json(&self) -> Option<String> {
        self.document.to_json()
    }
}

/// Reads a decimal number such as `19.99`, `.5` or `1e2` as an amount in major units.
fn major_units(text: &str) -> Option<Cents> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: i128 = digits.parse().ok()?;
    // The amount in cents is `digits` times ten to this power.
    let power = exponent
        .checked_sub(i32::try_from(fraction.len()).ok()?)?
        .checked_add(2)?;
    let scale = 10_i128.checked_pow(power.unsigned_abs());
    let cents = match (scale, power >= 0) {
        (Some(scale), true) => digits.checked_mul(scale)?,
        (Some(scale), false) => digits.checked_add(scale / 2)? / scale,
        (None, true) => return (digits == 0).then_some(Cents::ZERO),
        (None, false) => 0,
    };
    i64::try_from(cents).ok().map(Cents::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_become_cents_as_they_are_written() {
        for (text, cents) in [
            ("10", Some(1_000)),
            ("19.99", Some(1_999)),
            ("4.35", Some(435)),
            ("99.9", Some(9_990)),
            ("0", Some(0)),
            (".5", Some(50)),
            ("0.005", Some(1)),
            ("0.0049", Some(0)),
            ("1e2", Some(10_000)),
            ("1e-5", Some(0)),
            ("1e-400", Some(0)),
            ("0e400", Some(0)),
            ("1e400", None),
            ("-1", None),
            ("", None),
            (".", None),
            ("ten", None),
            ("1e", None),
            ("99999999999999999999999999999999999999", None),
        ] {
            assert_eq!(major_units(text), cents.map(Cents::new), "{text:?}");
        }
    }

    #[test]
    fn a_list_holds_what_is_sold() {
        let stored = r#"{"monthly":9.9,"onetime":null,"quarterly":"","reset_traffic":0,"x":1,"yearly":"96"}"#;
        let prices = PriceList::from_json(Some(stored));
        assert_eq!(prices.of(Period::Monthly), Some(Cents::new(990)));
        assert_eq!(prices.of(Period::Yearly), Some(Cents::new(9_600)));
        assert_eq!(prices.of(Period::ResetTraffic), Some(Cents::ZERO));
        assert_eq!(prices.of(Period::OneTime), None);
        assert_eq!(prices.of(Period::Quarterly), None);
        assert_eq!(prices.stored()["yearly"], "96");
        assert_eq!(prices.to_json().as_deref(), Some(stored));
        assert_eq!(PriceList::from_json(Some("[]")).of(Period::Monthly), None);
        for nothing in [None, Some(""), Some("junk"), Some("null")] {
            assert_eq!(PriceList::from_json(nothing), PriceList::default());
            assert_eq!(PriceList::from_json(nothing).to_json(), None);
        }
    }

    #[test]
    fn what_is_offered_is_written_shortly() {
        let offered = [(Period::Monthly, 999), (Period::Yearly, 10_000)];
        let offered = offered.map(|(period, cents)| (period, Cents::new(cents)));
        let prices = PriceList::offered(offered);
        assert_eq!(
            prices.to_json().as_deref(),
            Some(r#"{"monthly":9.99,"yearly":100}"#)
        );
        assert_eq!(prices.of(Period::Yearly), Some(Cents::new(10_000)));
        assert_eq!(PriceList::offered([]).to_json(), None);
    }

    proptest! {
        #[test]
        fn what_is_offered_is_read_again(cents in 0_i64..=2_147_483_647) {
            let prices = PriceList::offered([(Period::OneTime, Cents::new(cents))]);
            prop_assert_eq!(prices.of(Period::OneTime), Some(Cents::new(cents)));
        }

        #[test]
        fn two_decimals_are_exact(cents in 0_i64..1_000_000_000) {
            let written = format!("{{\"monthly\":{}}}", Cents::new(cents));
            let prices = PriceList::from_json(Some(&written));
            prop_assert_eq!(prices.of(Period::Monthly), Some(Cents::new(cents)));
        }
    }
}
