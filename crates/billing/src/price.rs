//! Price lists as plans store them.

use std::collections::BTreeMap;

use ferroboard_kernel::Cents;

use crate::Period;

/// What a plan costs for each period for which it is sold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices(BTreeMap<Period, Cents>);

impl Prices {
    /// Reads the JSON object of `v2_plan.prices`: amounts in major units by period, as numbers or
    /// texts. Each becomes cents exactly as it is written, half a cent upwards. A period without
    /// an amount, or with one that is negative or unreadable, is not sold; 0 is free.
    pub fn from_json(stored: &str) -> Self {
        let Ok(serde_json::Value::Object(members)) = serde_json::from_str(stored) else {
            return Self::default();
        };
        let price = |period: Period| {
            let amount = match members.get(period.key())? {
                serde_json::Value::Number(number) => number.to_string(),
                serde_json::Value::String(text) => text.clone(),
                _ => return None,
            };
            Some((period, major_units(amount.trim())?))
        };
        Self(Period::ALL.into_iter().filter_map(price).collect())
    }

    /// The price; `None` when it is not sold for the period.
    pub fn of(&self, period: Period) -> Option<Cents> {
        self.0.get(&period).copied()
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
        let prices = Prices::from_json(
            r#"{"monthly":9.9,"yearly":"96","onetime":null,"quarterly":"","reset_traffic":0,"x":1}"#,
        );
        assert_eq!(prices.of(Period::Monthly), Some(Cents::new(990)));
        assert_eq!(prices.of(Period::Yearly), Some(Cents::new(9_600)));
        assert_eq!(prices.of(Period::ResetTraffic), Some(Cents::ZERO));
        assert_eq!(prices.of(Period::OneTime), None);
        assert_eq!(prices.of(Period::Quarterly), None);
        assert_eq!(Prices::from_json("[]"), Prices::default());
        assert_eq!(Prices::from_json("junk"), Prices::default());
    }

    proptest! {
        #[test]
        fn two_decimals_are_exact(cents in 0_i64..1_000_000_000) {
            let written = format!("{{\"monthly\":{}}}", Cents::new(cents));
            prop_assert_eq!(Prices::from_json(&written).of(Period::Monthly), Some(Cents::new(cents)));
        }
    }
}
