use std::borrow::Cow;

use ferroboard_kernel::Decimal;
use serde_json::{Map, Number, Value};
use validator::ValidateLength as _;

use super::step::Step;
use crate::answer::messages::Message;

/// What a request says of one field, whatever its type: which of them is acceptable is decided by rules, so
/// that each wrong one gets its rule's text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    /// The request does not name it.
    Absent,
    /// `null`, or a text that was empty once trimmed.
    Null,
    Text(&'a str),
    /// It is as good as a text, unless a rule says otherwise.
    Number(&'a Number),
    Flag(bool),
    List(&'a [Value]),
    Object(&'a Map<String, Value>),
}

/// How much of something there is, in ten-thousandths, so that numbers keep their fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(i128);

/// What the size of a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Value,
    Characters,
    Items,
}

impl Size {
    const ONE: i128 = 10_000;

    pub(super) fn of(count: i64) -> Self {
        Self(i128::from(count) * Self::ONE)
    }

    fn counted(count: usize) -> Self {
        Self::of(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn is_less_than(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl<'a> Given<'a> {
    pub(crate) fn of(value: Option<&'a Value>) -> Self {
        match value {
            None => Self::Absent,
            Some(Value::Null) => Self::Null,
            Some(Value::Bool(flag)) => Self::Flag(*flag),
            Some(Value::Number(number)) => Self::Number(number),
            Some(Value::String(text)) => Self::Text(text),
            Some(Value::Array(items)) => Self::List(items),
            Some(Value::Object(members)) => Self::Object(members),
        }
    }

    /// Whether nothing is said, or that it is nothing.
    pub(crate) fn is_blank(self) -> bool {
        matches!(self, Self::Absent | Self::Null)
    }

    /// The text of an item of a list; `None` of a blank one, which is passed over.
    pub(crate) fn item_text(self) -> Result<Option<String>, Message> {
        if self.is_blank() {
            return Ok(None);
        }
        self.owned_text().map(Some).ok_or(Message::TextInvalid)
    }

    /// Whether `required` is content: Laravel counts a list without items as nothing.
    pub(super) fn is_something(self) -> bool {
        match self {
            Self::Absent | Self::Null => false,
            Self::List(items) => !items.is_empty(),
            Self::Object(members) => !members.is_empty(),
            Self::Text(_) | Self::Number(_) | Self::Flag(_) => true,
        }
    }

    /// As it was sent; null where it was not.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Absent | Self::Null => Value::Null,
            Self::Text(text) => Value::from(text),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Flag(flag) => Value::Bool(flag),
            Self::List(items) => Value::Array(items.to_vec()),
            Self::Object(members) => Value::Object(members.clone()),
        }
    }

    /// A text or a number.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(digits(number))),
            _ => None,
        }
    }

    /// The same for keeping.
    pub(crate) fn owned_text(self) -> Option<String> {
        self.text().map(Cow::into_owned)
    }

    /// A whole number, as a JSON number (1.0 is whole) or in decimal digits.
    pub(crate) fn integer(self) -> Option<i64> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Number(number) => number.as_i64().or_else(|| digits(number).parse().ok()),
            _ => None,
        }
    }

    /// A number with or without a fraction.
    pub(crate) fn decimal(self) -> Option<Decimal> {
        Decimal::parse(&self.text()?)
    }

    /// A switch: `true`, `false`, 1, 0, or one of these as a text.
    pub(crate) fn switch(self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(flag),
            given => match given.text()?.as_ref() {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            },
        }
    }

    /// The items of a list; the members of an object are items with names, as PHP has no other lists.
    pub(super) fn items(self) -> Option<Items<'a>> {
        match self {
            Self::List(items) => Some(Items::List(items.iter().enumerate())),
            Self::Object(members) => Some(Items::Members(members.iter())),
            _ => None,
        }
    }

    /// The member of an object.
    pub(super) fn member(self, name: &str) -> Self {
        match self {
            Self::Object(members) => Self::of(members.get(name)),
            _ => Self::Absent,
        }
    }

    /// How much of it there is: of a number its value, if it is to be a number; of texts their
    /// characters, of lists their items.
    pub(super) fn size(self, as_number: bool) -> (Size, Measure) {
        if as_number && let Some(value) = self.value() {
            return (value, Measure::Value);
        }
        match self {
            Self::Absent | Self::Null | Self::Flag(false) => (Size::of(0), Measure::Characters),
            Self::Flag(true) => (Size::of(1), Measure::Characters),
            Self::Text(text) => (Size::counted(characters(text)), Measure::Characters),
            Self::Number(number) => {
                let length = characters(&digits(number));
                (Size::counted(length), Measure::Characters)
            }
            Self::List(items) => (Size::counted(items.len()), Measure::Items),
            Self::Object(members) => (Size::counted(members.len()), Measure::Items),
        }
    }

    fn value(self) -> Option<Size> {
        if let Some(number) = self.integer() {
            return Some(Size::of(number));
        }
        let number = self.decimal()?;
        Some(Size(i128::from(number.ten_thousandths())))
    }
}

/// The items of a list or of an object, with what they are called in complaints.
pub(super) enum Items<'a> {
    List(std::iter::Enumerate<std::slice::Iter<'a, Value>>),
    Members(serde_json::map::Iter<'a>),
}

impl<'a> Iterator for Items<'a> {
    type Item = (Step<'a>, Given<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::List(items) => {
                let (index, item) = items.next()?;
                Some((Step::Index(index), Given::of(Some(item))))
            }
            Self::Members(members) => {
                let (name, member) = members.next()?;
                Some((Step::Key(name), Given::of(Some(member))))
            }
        }
    }
}

/// A number as PHP writes it: 100.0 is 100.
pub(crate) fn digits(number: &Number) -> String {
    let mut text = number.to_string();
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

fn characters(text: &str) -> usize {
    let length = text.length().and_then(|length| length.try_into().ok());
    length.unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_whole_or_none() {
        let huge: Value = serde_json::from_str("99999999999999999999").unwrap();
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
            (huge, None),
        ] {
            assert_eq!(Given::of(Some(&value)).integer(), expected, "{value}");
        }
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
            assert_eq!(Given::of(Some(&value)).switch(), expected, "{value}");
        }
    }
}
