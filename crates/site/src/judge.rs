//! Whether a value may be what a setting becomes.

use std::fmt::Write as _;

use serde_json::Value;
use url::Url;

use crate::Decimal;
use crate::bonuses::Bonuses;
use crate::entry::{Entry, Rule};
use crate::numbers::Numbers;
use crate::value::SettingValue as _;

/// Why a value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingRefused {
    /// It is not on or off.
    NotFlag,
    /// It is no whole number.
    NotInteger,
    /// It is no number.
    NotNumber,
    /// It is less than 0.
    TooSmall,
    /// It is more than 1.
    TooLarge,
    /// It is more than 100.
    OverHundred,
    /// It is no text.
    NotText,
    /// It is a text of less than so many characters.
    TooShort(usize),
    /// It is longer than its place.
    TooLong,
    /// It is none of those that there are.
    NotOneOf,
    /// It is no address.
    NotAddress,
    /// It is no list.
    NotList,
    /// One of its texts is not `amount:amount`.
    NotPair,
    /// It is no short list of days.
    NotDays,
    /// It is no short list of percents.
    NotPercents,
    /// It has other characters than letters, digits, `-` and `_`.
    NotPath,
    /// The path has another meaning already.
    PathTaken,
    /// It is no template of its kind.
    NotTemplate,
}

/// What the addresses of the panel begin with, and what stands in them where the admin path does. A test
/// beside the table of routes finds that they are these and no others.
pub const ROUTED: [&str; 13] = [
    "api",
    "assets",
    "client",
    "docs",
    "guest",
    "healthz",
    "metrics",
    "openapi.json",
    "passport",
    "server",
    "theme",
    "user",
    "ws",
];
/// What pages are to begin with.
const KEPT: [&str; 3] = ["admin", "favicon.ico", "my"];
/// How long a path may be.
const PATH_LENGTH: usize = 64;
/// The least length of the admin path.
const ADMIN_PATH_LENGTH: usize = 8;
/// How many bytes one value may have.
const VALUE_LENGTH: usize = 65_535;

impl Entry {
    /// The text that is stored for this value.
    pub(crate) fn judge(&self, value: &Value) -> Result<Option<String>, SettingRefused> {
        if value.is_null() && self.clearable {
            return Ok(None);
        }
        self.rule.judge(value).map(Some)
    }
}

impl Rule {
    /// The text that is stored for this value.
    pub(crate) fn judge(self, value: &Value) -> Result<String, SettingRefused> {
        let text = scalar(value);
        let text = text.filter(|text| text.len() <= VALUE_LENGTH && !text.contains('\0'));
        match self {
            Self::Flag => flag(text.as_deref()),
            Self::Integer => integer(text),
            Self::Number => number(text),
            Self::Share => at_most(text, Decimal::ONE, SettingRefused::TooLarge),
            Self::Percentage => at_most(text, Decimal::new(1_000_000), SettingRefused::OverHundred),
            Self::OneOf(choices) => text
                .filter(|text| choices.contains(&text.as_str()))
                .ok_or(SettingRefused::NotOneOf),
            Self::WebAddress => address(text, &["http", "https"]),
            Self::SocketAddress => address(text, &["ws", "wss", "http", "https"]),
            Self::Roots => roots(text),
            Self::LongText(least) => long_text(text, least),
            Self::AdminPath => path(long_text(text, ADMIN_PATH_LENGTH)?),
            Self::Segment => path(text.ok_or(SettingRefused::NotText)?),
            Self::Name => path_shape(text.ok_or(SettingRefused::NotText)?),
            Self::List => list(value),
            Self::AmountPairs => pairs(value),
            Self::Days => numbers(text, 0, 30, SettingRefused::NotDays),
            Self::Percents => numbers(text, 1, 100, SettingRefused::NotPercents),
            Self::Ids => ids(value),
            Self::Text | Self::Lines => text.ok_or(SettingRefused::NotText),
        }
    }
}

/// A text, number or flag as it is stored.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn flag(text: Option<&str>) -> Result<String, SettingRefused> {
    match text {
        Some("1" | "true") => Ok("1".to_owned()),
        Some("0" | "false") => Ok("0".to_owned()),
        _ => Err(SettingRefused::NotFlag),
    }
}

fn integer(text: Option<String>) -> Result<String, SettingRefused> {
    let number: i64 = text
        .and_then(|text| text.parse().ok())
        .ok_or(SettingRefused::NotInteger)?;
    if number < 0 {
        return Err(SettingRefused::TooSmall);
    }
    Ok(number.to_string())
}

fn number(text: Option<String>) -> Result<String, SettingRefused> {
    let number = text
        .and_then(|text| Decimal::parse(&text))
        .ok_or(SettingRefused::NotNumber)?;
    if number < Decimal::new(0) {
        return Err(SettingRefused::TooSmall);
    }
    Ok(number.to_string())
}

/// A number that is not larger than this.
fn at_most(
    text: Option<String>,
    most: Decimal,
    refused: SettingRefused,
) -> Result<String, SettingRefused> {
    let shown = number(text)?;
    let number = Decimal::parse(&shown);
    if number.is_none_or(|number| number > most) {
        return Err(refused);
    }
    Ok(shown)
}

fn long_text(text: Option<String>, least: usize) -> Result<String, SettingRefused> {
    let text = text.unwrap_or_default();
    if text.chars().count() < least {
        return Err(SettingRefused::TooShort(least));
    }
    Ok(text)
}

/// Whether no address has this text in it: the parser of addresses mends such signs, but what is stored is the text
/// as it came, and pages show it.
pub fn is_no_address(text: &str) -> bool {
    let is_odd = |sign: char| {
        let is_blank = sign.is_whitespace() || sign.is_control();
        is_blank || matches!(sign, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    text.contains(is_odd)
}

/// Addresses with commas between them, and perhaps blanks around each. Patterns such as `[1-9]` may stand in them.
fn roots(text: Option<String>) -> Result<String, SettingRefused> {
    let text = text.ok_or(SettingRefused::NotText)?;
    if text.split(',').map(str::trim).any(is_no_address) {
        return Err(SettingRefused::NotAddress);
    }
    Ok(text)
}

fn address(text: Option<String>, schemes: &[&str]) -> Result<String, SettingRefused> {
    let text = text.ok_or(SettingRefused::NotAddress)?;
    if is_no_address(&text) {
        return Err(SettingRefused::NotAddress);
    }
    let parsed = Url::parse(&text).map_err(|_| SettingRefused::NotAddress)?;
    if !schemes.contains(&parsed.scheme()) || parsed.host_str().is_none_or(str::is_empty) {
        return Err(SettingRefused::NotAddress);
    }
    Ok(text)
}

fn path_shape(text: String) -> Result<String, SettingRefused> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.is_empty() || !text.bytes().all(allowed) {
        return Err(SettingRefused::NotPath);
    }
    if text.len() > PATH_LENGTH {
        return Err(SettingRefused::TooLong);
    }
    Ok(text)
}

fn path(text: String) -> Result<String, SettingRefused> {
    let path = path_shape(text)?;
    let name = path.to_ascii_lowercase();
    if ROUTED.iter().chain(&KEPT).any(|taken| *taken == name) {
        return Err(SettingRefused::PathTaken);
    }
    Ok(path)
}

/// A list of positive whole numbers as JSON.
fn ids(value: &Value) -> Result<String, SettingRefused> {
    let parsed = match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    };
    let Some(Value::Array(items)) = parsed else {
        return Err(SettingRefused::NotList);
    };
    let number = |item| scalar(item)?.parse().ok().filter(|id: &i64| *id > 0);
    let ids: Option<Vec<i64>> = items.iter().map(number).collect();
    let json = Value::from(ids.ok_or(SettingRefused::NotInteger)?).to_string();
    if json.len() > VALUE_LENGTH {
        return Err(SettingRefused::TooLong);
    }
    Ok(json)
}

/// A list of `amount:amount`, as it is read.
fn pairs(value: &Value) -> Result<String, SettingRefused> {
    let Value::Array(items) = value else {
        return Err(SettingRefused::NotList);
    };
    let text = |item: &Value| match item {
        Value::Null => Some(String::new()),
        other => scalar(other),
    };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    let bonuses = Bonuses::parse(&texts.ok_or(SettingRefused::NotPair)?);
    list(&bonuses.ok_or(SettingRefused::NotPair)?.shown())
}

/// A short list of whole numbers, as it is read.
fn numbers(
    text: Option<String>,
    least: i64,
    largest: i64,
    refused: SettingRefused,
) -> Result<String, SettingRefused> {
    let numbers = text.and_then(|text| Numbers::parse(&text, least, largest));
    let shown = numbers.ok_or(refused)?.shown();
    Ok(shown.as_str().unwrap_or_default().to_owned())
}

/// The items of a list, which PHP also takes for one where they are the members `0`, `1` and so on of an object.
fn items(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(members) => {
            let numbers = 0..members.len();
            let named = numbers.map(|number| members.get(&number.to_string()));
            named.collect()
        }
        _ => None,
    }
}

/// A list as the reference stores it: JSON in ASCII, with escaped slashes. Blank items are left out.
fn list(value: &Value) -> Result<String, SettingRefused> {
    let items = items(value).ok_or(SettingRefused::NotList)?.into_iter();
    let is_blank =
        |item: &Value| item.is_null() || item.as_str().is_some_and(|text| text.trim().is_empty());
    let items = items.filter(|item| !is_blank(item));
    let texts: Option<Vec<String>> = items.map(scalar).collect();
    let texts = texts.ok_or(SettingRefused::NotList)?;
    let json = Value::from(texts).to_string();
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '/' {
            escaped.push_str("\\/");
        } else if character.is_ascii() {
            escaped.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a `String` cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    if escaped.len() > VALUE_LENGTH || escaped.contains("\\u0000") {
        return Err(SettingRefused::TooLong);
    }
    Ok(escaped)
}
