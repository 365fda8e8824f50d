//! How a stored text becomes a value: each kind of value reads the spellings that the reference
//! panel and older installations wrote.

use std::collections::HashMap;

use serde_json::Value;

use crate::Decimal;

/// The rows of `v2_settings` that have a value, by their name in lower case.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct StoredSettings(HashMap<String, String>);

impl StoredSettings {
    /// Takes the rows. A row without value, or with a blank one, counts as absent; of several rows
    /// whose names differ only by case the last one counts.
    pub fn from_rows(rows: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let present = rows.into_iter().filter_map(|(name, value)| {
            let value = value.filter(|text| !text.trim().is_empty())?;
            Some((name.to_lowercase(), value))
        });
        Self(present.collect())
    }

    /// The stored text of this name (in lower case).
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The stored texts whose names begin so (in lower case), each with its name.
    pub fn beginning(&self, with: &str) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter();
        all.filter(move |(name, _)| name.starts_with(with))
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The value of this name (in lower case); `None` when it is absent or malformed.
    pub fn value<T: SettingValue>(&self, name: &str) -> Option<T> {
        T::read(self.text(name)?)
    }
}

impl std::fmt::Debug for StoredSettings {
    /// Names only: values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A kind of value that a setting can have.
pub trait SettingValue: Sized {
    /// Reads a stored text that is not blank; `None` when it is no value of this kind.
    fn read(stored: &str) -> Option<Self>;

    /// The value as JSON.
    fn shown(&self) -> Value;
}

impl SettingValue for String {
    /// The text as it is: `0123` stays `0123`. Only a quoted JSON string is unquoted.
    fn read(stored: &str) -> Option<Self> {
        Some(unquoted(stored))
    }

    fn shown(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl SettingValue for bool {
    /// `true`, `false`, or a number, of which only zero is off.
    fn read(stored: &str) -> Option<Self> {
        let text = unquoted(stored).trim().to_ascii_lowercase();
        match text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            number => Some(Decimal::parse(number)?.ten_thousandths() != 0),
        }
    }

    fn shown(&self) -> Value {
        Value::from(*self)
    }
}

impl SettingValue for Decimal {
    fn read(stored: &str) -> Option<Self> {
        Self::parse(unquoted(stored).trim())
    }

    fn shown(&self) -> Value {
        // Its text is a JSON number.
        serde_json::from_str(&self.to_string()).unwrap_or_default()
    }
}

impl SettingValue for i64 {
    /// A number; a fraction is cut.
    fn read(stored: &str) -> Option<Self> {
        let text = unquoted(stored);
        let text = text.trim();
        let truncated = || Decimal::parse(text).map(Decimal::truncated);
        text.parse().ok().or_else(truncated)
    }

    fn shown(&self) -> Value {
        Value::from(*self)
    }
}

impl SettingValue for Vec<String> {
    /// A JSON list, the values of a JSON object (how PHP writes a list with gaps), or texts with
    /// commas between them. An empty list is a value.
    fn read(stored: &str) -> Option<Self> {
        let text = unquoted(stored);
        let text = text.trim();
        if !text.starts_with(['[', '{']) {
            let parts = text.split(',').map(str::trim);
            return Some(
                parts
                    .filter(|part| !part.is_empty())
                    .map(Into::into)
                    .collect(),
            );
        }
        match serde_json::from_str(text).ok()? {
            Value::Array(items) => items.iter().map(scalar).collect(),
            Value::Object(items) => items.values().map(scalar).collect(),
            _ => None,
        }
    }

    fn shown(&self) -> Value {
        Value::from(self.as_slice())
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    fn read(stored: &str) -> Option<Self> {
        T::read(stored).map(Some)
    }

    fn shown(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::shown)
    }
}

/// The content of a quoted JSON string; any other text as it is.
fn unquoted(stored: &str) -> String {
    let quoted = stored.trim().starts_with('"');
    let content = quoted.then(|| serde_json::from_str::<String>(stored).ok());
    content.flatten().unwrap_or_else(|| stored.to_owned())
}

fn scalar(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_many_spellings() {
        for on in ["1", "true", "True", "\"1\"", "\"true\"", " 1 ", "2", "1.0"] {
            assert_eq!(bool::read(on), Some(true), "{on}");
        }
        for off in ["0", "false", "FALSE", "\"0\"", "\"false\"", "0.0"] {
            assert_eq!(bool::read(off), Some(false), "{off}");
        }
        for malformed in ["on", "null", "[]", "\"\"", "\"1"] {
            assert_eq!(bool::read(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn numbers_may_be_quoted_and_are_cut_to_integers() {
        for (text, integer) in [
            ("60", Some(60)),
            ("\"60\"", Some(60)),
            (" 60\n", Some(60)),
            ("-1", Some(-1)),
            ("1.9", Some(1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("1e3", None),
            ("sixty", None),
            ("null", None),
        ] {
            assert_eq!(i64::read(text), integer, "{text}");
        }
        assert_eq!(Decimal::read("\"12.5\""), Some(Decimal::new(125_000)));
        assert_eq!(Option::<Decimal>::read("x"), None);
    }

    #[test]
    fn texts_are_not_decoded() {
        for text in [
            "0123",
            "1e234567",
            "true",
            "null",
            "{\"a\":1}",
            "[1]",
            "\"open",
            "a\"b\"",
        ] {
            assert_eq!(String::read(text).as_deref(), Some(text));
        }
        assert_eq!(String::read("\"a\\u4f60\\/b\"").as_deref(), Some("a你/b"));
    }

    #[test]
    fn lists_are_json_or_comma_texts() {
        for (text, list) in [
            ("[\"a.test\",\"b.test\"]", Some(vec!["a.test", "b.test"])),
            ("[\"\\u652f\\u4ed8\\u5b9d\",1]", Some(vec!["支付宝", "1"])),
            ("{\"1\":\"a\",\"2\":\"b\"}", Some(vec!["a", "b"])),
            ("[]", Some(vec![])),
            ("gmail.com, qq.com,", Some(vec!["gmail.com", "qq.com"])),
            ("\"gmail.com,qq.com\"", Some(vec!["gmail.com", "qq.com"])),
            ("\"[\\\"a\\\"]\"", Some(vec!["a"])),
            ("one", Some(vec!["one"])),
            ("[\"open", None),
            ("[[\"nested\"]]", None),
        ] {
            let expected = list.map(|items| items.into_iter().map(String::from).collect());
            assert_eq!(Vec::<String>::read(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_compared_in_lower_case_and_blank_rows_are_absent() {
        let row = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        let stored = StoredSettings::from_rows([
            row("App_Name", Some("Mine")),
            row("logo", None),
            row("tos_url", Some(" ")),
        ]);
        assert_eq!(stored.text("app_name"), Some("Mine"));
        assert_eq!(stored.text("logo"), None);
        assert_eq!(stored.text("tos_url"), None);
        assert!(!format!("{stored:?}").contains("Mine"));
    }
}
