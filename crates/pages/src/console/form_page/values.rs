//! Values of the API as people write them, and what they write as values.

use ferroboard_kernel::{Decimal, Zone};
use serde_json::{Number, Value};

use super::field::FieldKind;
use crate::console::asked::GIGABYTE;
use crate::console::cell::units;
use crate::console::instant;

/// A value as it stands in its field.
pub(super) fn written(kind: &FieldKind, value: &Value, zone: Zone) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => i32::from(*flag).to_string(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match (kind, value) {
        (_, Value::Null) | (FieldKind::Secret, _) => Vec::new(),
        (FieldKind::Lines, Value::Array(items)) => {
            vec![items.iter().map(plain).collect::<Vec<_>>().join("\n")]
        }
        (FieldKind::Json, value) => serde_json::to_string_pretty(value).into_iter().collect(),
        (FieldKind::Several(_), Value::Array(items)) => items.iter().map(plain).collect(),
        (FieldKind::Money | FieldKind::Units, value) => {
            value.as_i64().map(units).into_iter().collect()
        }
        (FieldKind::Gigabytes, value) => value.as_i64().map(gigabytes).into_iter().collect(),
        (FieldKind::Time, value) => {
            let at = value.as_i64().filter(|at| *at != 0);
            at.map(|at| instant::written(at, zone))
                .into_iter()
                .collect()
        }
        (FieldKind::Flag, value) => {
            let is_set = value.as_bool().or_else(|| Some(value.as_i64()? != 0));
            vec![i32::from(is_set.unwrap_or(false)).to_string()]
        }
        (_, value) => vec![plain(value)],
    }
}

/// Bytes in gigabytes, to the byte.
fn gigabytes(bytes: i64) -> String {
    let (whole, rest) = (bytes / GIGABYTE, bytes % GIGABYTE);
    if rest == 0 {
        return whole.to_string();
    }
    // Ten digits tell every byte of a gigabyte apart.
    let part = i128::from(rest.abs()) * 10_000_000_000 / i128::from(GIGABYTE);
    let part = format!("{part:010}");
    let sign = if bytes < 0 && whole == 0 { "-" } else { "" };
    format!("{sign}{whole}.{}", part.trim_end_matches('0'))
}

/// What is typed as the API reads it; `None` where it is nothing of the kind.
pub(super) fn read(kind: &FieldKind, texts: &[&str], zone: Zone) -> Option<Value> {
    let text = texts.last().copied().unwrap_or_default();
    let trimmed = text.trim();
    if let FieldKind::Flag = kind {
        return Some(Value::from(i32::from(trimmed == "1")));
    }
    let items = |items: Vec<&str>| {
        if items.is_empty() {
            Value::Null
        } else {
            Value::from(items)
        }
    };
    if let FieldKind::Several(_) = kind {
        let chosen = texts.iter().copied().filter(|text| !text.is_empty());
        return Some(items(chosen.collect()));
    }
    if trimmed.is_empty() {
        return Some(Value::Null);
    }
    match kind {
        FieldKind::Lines => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Some(items(lines.collect()))
        }
        FieldKind::Money => {
            let number = Decimal::parse(trimmed)?.ten_thousandths();
            (number % 100 == 0).then(|| Value::from(number / 100))
        }
        FieldKind::Gigabytes => bytes_of(trimmed).map(Value::from),
        FieldKind::Time => instant::parsed(trimmed, zone).map(Value::from),
        FieldKind::Json => serde_json::from_str(trimmed).ok(),
        FieldKind::Units | FieldKind::Fraction => {
            Decimal::parse(trimmed)?;
            trimmed.parse::<Number>().ok().map(Value::Number)
        }
        FieldKind::Line | FieldKind::Number | FieldKind::Choice(_) | FieldKind::Hidden => {
            Some(Value::from(trimmed))
        }
        _ => Some(Value::from(text.replace("\r\n", "\n"))),
    }
}

/// Gigabytes in bytes: the nearest whole one.
fn bytes_of(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || part.len() > 12 || !are_digits(whole) || !are_digits(part) {
        return None;
    }
    let digits: i128 = format!("{whole}{part}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let bytes = digits.checked_mul(i128::from(GIGABYTE))?;
    // What ten digits wrote lies at most a half byte below.
    i64::try_from((bytes + scale / 2) / scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gigabytes_are_read_to_the_byte() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("1.5", Some(1_610_612_736)),
            (".5", Some(536_870_912)),
            ("", None),
            ("-1", None),
            ("1e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(bytes_of(text), bytes, "{text}");
        }
        for bytes in [1, GIGABYTE - 1, GIGABYTE + 1, 1 << 60] {
            assert_eq!(bytes_of(&gigabytes(bytes)), Some(bytes));
        }
    }
}
