//! Amounts as gateways write them: decimal text, exactly, without a detour through floats.

use ferroboard_kernel::Cents;
use serde_json::Value;

/// The amount that a decimal text names, such as `45`, `45.5` or `45.00000000`. `None` for anything
/// but digits around one point, for fractions of a cent, and for what does not fit.
pub(super) fn cents(text: &str) -> Option<Cents> {
    scaled(text, 2)
        .and_then(|cents| i64::try_from(cents).ok())
        .map(Cents::new)
}

/// The amount in a JSON string or number. A number's shortest text is exact up to 15 digits.
pub(super) fn json_cents(value: &Value) -> Option<Cents> {
    match value {
        Value::String(text) => cents(text),
        Value::Number(number) => cents(&number.to_string()),
        _ => None,
    }
}

/// The amount that a text of digits names in cents. One with a point is refused: it was probably not
/// meant in cents.
pub(super) fn whole_cents(text: &str) -> Option<Cents> {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    let cents = if digits { text.parse().ok() } else { None };
    cents.map(Cents::new)
}

/// A non-negative decimal text times ten to the power of `places`; `None` where digits would be
/// lost, and for anything that is not such a text.
pub(super) fn scaled(text: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || (fraction.is_empty() && text.contains('.')) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return None;
    }
    let digits = format!("{whole}{fraction:0<places$}");
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decimal_texts_become_exact_cents() {
        for (text, expected) in [
            ("45", Some(4_500)),
            ("45.5", Some(4_550)),
            ("45.05", Some(4_505)),
            ("0.01", Some(1)),
            ("0", Some(0)),
            ("45.00000000", Some(4_500)),
            ("0045.10", Some(4_510)),
            ("92233720368547758.07", Some(i64::MAX)),
            ("92233720368547758.08", None),
            ("99999999999999999999999999999999999999999999", None),
            ("45.001", None),
            ("", None),
            (".", None),
            (".5", None),
            ("5.", None),
            ("-45", None),
            ("+45", None),
            (" 45", None),
            ("45 ", None),
            ("4,500", None),
            ("45.0.0", None),
            ("4e3", None),
            ("0x45", None),
            ("NaN", None),
            ("４５", None),
            ("45.-1", None),
        ] {
            assert_eq!(cents(text), expected.map(Cents::new), "{text:?}");
        }
    }

    #[test]
    fn json_amounts_are_texts_or_numbers() {
        for (value, expected) in [
            (json!("45.10"), Some(4_510)),
            (json!(45.1), Some(4_510)),
            (json!(45), Some(4_500)),
            (json!(0.29), Some(29)),
            (json!(1_234_567.89), Some(123_456_789)),
            (json!(-1), None),
            (json!(1e30), None),
            (json!(null), None),
            (json!(["45"]), None),
        ] {
            assert_eq!(json_cents(&value), expected.map(Cents::new), "{value}");
        }
    }

    #[test]
    fn whole_cents_have_no_point() {
        assert_eq!(whole_cents("4500"), Some(Cents::new(4_500)));
        for text in ["45.00", "4500x", "-45", "+45", "", "9223372036854775808"] {
            assert_eq!(whole_cents(text), None, "{text:?}");
        }
    }
}
