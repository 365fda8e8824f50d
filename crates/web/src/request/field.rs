use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One field of a request body as it arrived, whatever its JSON type: which of them is acceptable is
/// decided by the rules of the body, so that each wrong one gets that rule's text.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) enum Field {
    /// The request does not name it.
    #[default]
    Absent,
    /// `null`, or a text that was empty once trimmed.
    Null,
    /// A text.
    Text(String),
    /// A number in its text form. It is as good as a text, unless a rule says otherwise.
    Number(String),
    /// `true` or `false`.
    Flag(bool),
    /// A list or an object.
    Nested,
}

impl Field {
    /// The text of a text or a number; `None` for anything else.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The text, taken out.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Whether `required` refuses it.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Absent | Self::Null)
    }

    /// A whole number, as a JSON number or in decimal digits.
    pub(crate) fn integer(&self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    /// A switch: `true`, `false`, 1, 0, or one of these as a text.
    pub(crate) fn switch(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) | Self::Number(text) => match text.as_str() {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

impl From<Value> for Field {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => {
                let text = number.to_string();
                // 100.0 is a whole number.
                let whole = text.strip_suffix(".0").map(str::to_owned);
                Self::Number(whole.unwrap_or(text))
            }
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) => Self::Nested,
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for Field {
    /// `validator` copies refused values into its errors; a password has no business there.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_whole_or_none() {
        for (value, expected) in [
            (json!(100), Some(100)),
            (json!("100"), Some(100)),
            (json!(-1), Some(-1)),
            (json!(100.0), Some(100)),
            (json!(1.5), None),
            (json!("100.0"), None),
            (json!("abc"), None),
            (json!(true), None),
            (json!([1]), None),
            (json!("99999999999999999999"), None),
        ] {
            assert_eq!(Field::from(value.clone()).integer(), expected, "{value}");
        }
        let huge: Value = serde_json::from_str("99999999999999999999").unwrap();
        assert_eq!(Field::from(huge).integer(), None);
    }

    #[test]
    fn switches_have_six_spellings() {
        for (value, expected) in [
            (json!(1), Some(true)),
            (json!("0"), Some(false)),
            (json!(false), Some(false)),
            (json!("true"), Some(true)),
            (json!(2), None),
            (json!("x"), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(Field::from(value.clone()).switch(), expected, "{value}");
        }
    }
}
