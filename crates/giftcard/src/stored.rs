//! How JSON columns are read. Other programs wrote them too: numbers stand as texts, flags as numbers,
//! and an empty object as an empty list.

use ferroboard_kernel::Decimal;
use serde_json::{Map, Value};

use crate::GiftCardError;

/// A JSON object.
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// The object of a column; empty for a column without one.
    pub(crate) fn read(stored: Option<&str>) -> Result<Self, GiftCardError> {
        let stored = stored.map(str::trim).filter(|text| !text.is_empty());
        let Some(stored) = stored else {
            return Ok(Self(Map::new()));
        };
        serde_json::from_str(stored).map_or(Err(GiftCardError::Misconfigured), Self::of)
    }

    /// The value as an object.
    pub(crate) fn of(value: Value) -> Result<Self, GiftCardError> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            Value::Null => Ok(Self(Map::new())),
            Value::Array(items) if items.is_empty() => Ok(Self(Map::new())),
            _ => Err(GiftCardError::Misconfigured),
        }
    }

    /// The member, unless it is absent or null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A whole number; a fraction is cut.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, GiftCardError> {
        self.member(name, integer)
    }

    pub(crate) fn decimal(&self, name: &str) -> Result<Option<Decimal>, GiftCardError> {
        self.member(name, |value| Decimal::parse(number(value)?.trim()))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, GiftCardError> {
        self.member(name, flag)
    }

    /// A list of whole numbers.
    pub(crate) fn integers(&self, name: &str) -> Result<Option<Vec<i64>>, GiftCardError> {
        self.member(name, |value| items(value)?.map(integer).collect())
    }

    /// A list of objects; empty where there is none.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, GiftCardError> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        let items = items(value).ok_or(GiftCardError::Misconfigured)?;
        items.cloned().map(Self::of).collect()
    }

    fn member<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, GiftCardError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or(GiftCardError::Misconfigured),
        }
    }
}

/// The items of a list, or of an object in its place: how PHP writes a list with gaps.
fn items(value: &Value) -> Option<Box<dyn Iterator<Item = &Value> + '_>> {
    match value {
        Value::Array(items) => Some(Box::new(items.iter())),
        Value::Object(items) => Some(Box::new(items.values())),
        _ => None,
    }
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    let text = number(value)?;
    let text = text.trim();
    let cut = || Decimal::parse(text).map(Decimal::truncated);
    text.parse().ok().or_else(cut)
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text == "true" => Some(true),
        Value::String(text) if matches!(text.as_str(), "false" | "") => Some(false),
        _ => Some(integer(value)? != 0),
    }
}

/// The rewards of a usage as they may be shown. Records of other programs may hold the whole table of
/// a mystery card with its weights; that table is left out. What is no JSON is shown as nothing.
pub fn without_odds(stored: &str) -> Value {
    match serde_json::from_str(stored) {
        Ok(Value::Object(mut members)) => {
            members.remove("random_rewards");
            members.remove("weight");
            Value::Object(members)
        }
        Ok(Value::Array(items)) if items.is_empty() => Value::Object(Map::new()),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Object {
        Object::read(Some(json)).unwrap()
    }

    #[test]
    fn objects_are_read_in_every_spelling() {
        for empty in [None, Some(""), Some("null"), Some("[]"), Some("{}")] {
            assert!(Object::read(empty).unwrap().0.is_empty(), "{empty:?}");
        }
        for malformed in ["[1]", "7", "\"x\"", "{\"a\":"] {
            assert!(Object::read(Some(malformed)).is_err(), "{malformed}");
        }
    }

    #[test]
    fn members_are_read_or_refused() {
        let members = object(
            r#"{"n":5,"t":" 5 ","f":5.9,"x":"five","null":null,"yes":true,"one":"1","zero":0,
                "list":[1,"2"],"gaps":{"0":1,"2":3},"big":1e30}"#,
        );
        for name in ["n", "t", "f"] {
            assert_eq!(members.integer(name), Ok(Some(5)), "{name}");
        }
        assert_eq!(members.decimal("f"), Ok(Decimal::parse("5.9")));
        for name in ["x", "yes", "list", "big"] {
            let refused = Err(GiftCardError::Misconfigured);
            assert_eq!(members.integer(name), refused, "{name}");
        }
        assert_eq!(members.integer("null"), Ok(None));
        assert_eq!(members.integer("absent"), Ok(None));
        for (name, set) in [("yes", true), ("one", true), ("n", true), ("zero", false)] {
            assert_eq!(members.flag(name), Ok(Some(set)), "{name}");
        }
        assert_eq!(members.integers("list"), Ok(Some(vec![1, 2])));
        assert_eq!(members.integers("gaps"), Ok(Some(vec![1, 3])));
        assert!(members.integers("n").is_err());
        assert!(members.objects("list").is_err());
    }

    #[test]
    fn records_of_other_programs_are_shown_without_their_odds() {
        let recorded = r#"{"balance":7,"random_rewards":[{"weight":1,"balance":7}],"weight":1}"#;
        assert_eq!(without_odds(recorded), serde_json::json!({"balance": 7}));
        assert_eq!(without_odds("[]"), serde_json::json!({}));
        assert_eq!(without_odds("broken"), Value::Null);
    }
}
