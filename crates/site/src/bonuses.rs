//! What comes on top of top-ups, as administrators write it.

use serde_json::Value;

use crate::{Decimal, SettingValue};

/// From this amount on, so much comes on top; both in units of the currency, whole cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bonus {
    /// The least amount.
    pub from: Decimal,
    /// What comes on top.
    pub bonus: Decimal,
}

/// The tiers, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bonuses(pub Vec<Bonus>);

/// The largest amount that is written, in units of the currency.
const LARGEST: i64 = 10_000_000;

impl Bonuses {
    /// Reads texts of the form `amount:bonus`. Empty ones are left out; `None` where one is anything else, has
    /// parts of a cent, or more than an account holds.
    pub fn parse(texts: &[String]) -> Option<Self> {
        let written = texts.iter().map(|text| text.trim());
        let written = written.filter(|text| !text.is_empty());
        written.map(Bonus::parse).collect::<Option<_>>().map(Self)
    }
}

impl Bonus {
    fn parse(text: &str) -> Option<Self> {
        let (from, bonus) = text.split_once(':')?;
        Some(Self {
            from: amount(from)?,
            bonus: amount(bonus)?,
        })
    }
}

/// Digits, and behind a point more of them.
fn amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let amount = Decimal::parse(text).filter(|_| is_plain)?;
    let (units, most) = (amount.ten_thousandths(), LARGEST * 10_000);
    (units % 100 == 0 && units <= most).then_some(amount)
}

impl SettingValue for Bonuses {
    /// As a list of texts; a text that says nothing of this kind is left out.
    fn read(stored: &str) -> Option<Self> {
        let texts = Vec::<String>::read(stored)?;
        let bonuses = texts.iter().filter_map(|text| Bonus::parse(text.trim()));
        Some(Self(bonuses.collect()))
    }

    fn shown(&self) -> Value {
        let texts = self.0.iter();
        texts
            .map(|tier| format!("{}:{}", tier.from, tier.bonus))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Option<String> {
        let bonuses = Bonuses::parse(&[text.to_owned()])?;
        Some(bonuses.shown().to_string())
    }

    #[test]
    fn pairs_of_amounts_are_read_and_nothing_else_is() {
        for (text, expected) in [
            ("100:10", Some(r#"["100:10"]"#)),
            (" 100 : 10.50 ", Some(r#"["100:10.5"]"#)),
            ("0.01:0", Some(r#"["0.01:0"]"#)),
            ("", Some("[]")),
            ("  ", Some("[]")),
            ("100", None),
            ("100:", None),
            (":10", None),
            ("100:10:1", None),
            ("-100:10", None),
            ("100:-1", None),
            ("+100:1", None),
            ("1e3:1", None),
            ("100:0.001", None),
            ("100:10%", None),
            ("99999999:1", None),
        ] {
            assert_eq!(parsed(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_another_program_stored_is_read_as_far_as_it_can_be() {
        let read = Bonuses::read(r#"["100:10","junk","200:30.25",""]"#).unwrap();
        assert_eq!(read.shown(), json!(["100:10", "200:30.25"]));
        assert_eq!(
            Bonuses::read(r#"{"0":"5:1"}"#).unwrap().shown(),
            json!(["5:1"])
        );
    }
}
