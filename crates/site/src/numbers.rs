//! Short lists of whole numbers, as administrators write them.

use serde_json::Value;

use crate::SettingValue;

/// Whole numbers, in the order in which they were written; none of them twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers(pub Vec<i64>);

/// How many numbers a list may have.
const MOST: usize = 8;

impl Numbers {
    /// Reads numbers with commas between them, each from `least` to `largest` and at most eight of them.
    /// `None` where the text is anything else, or empty.
    pub fn parse(text: &str, least: i64, largest: i64) -> Option<Self> {
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let digits = part.trim();
            let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| is_plain)?;
            if number < least || number > largest {
                return None;
            }
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        (numbers.len() <= MOST).then_some(Self(numbers))
    }

    fn text(&self) -> String {
        let numbers: Vec<String> = self.0.iter().map(i64::to_string).collect();
        numbers.join(",")
    }
}

impl SettingValue for Numbers {
    /// What is no list of this kind is none.
    fn read(stored: &str) -> Option<Self> {
        let text = String::read(stored)?;
        Self::parse(&text, 0, i64::MAX)
    }

    fn shown(&self) -> Value {
        Value::from(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_read_and_nothing_else_is() {
        for (text, expected) in [
            ("7,3,1,0", Some("7,3,1,0")),
            (" 7 , 3 ", Some("7,3")),
            ("3,3,03", Some("3")),
            ("30", Some("30")),
            ("1,2,3,4,5,6,7,8", Some("1,2,3,4,5,6,7,8")),
            ("1,2,3,4,5,6,7,8,9", None),
            ("31", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1,,2", None),
            ("1,", None),
            ("", None),
            ("x", None),
            ("99999999999999999999", None),
        ] {
            let read = Numbers::parse(text, 0, 30).map(|numbers| numbers.text());
            assert_eq!(read.as_deref(), expected, "{text:?}");
        }
        assert_eq!(Numbers::parse("0", 1, 100), None);
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let numbers = Numbers::read("80,95").unwrap();
        assert_eq!(numbers, Numbers(vec![80, 95]));
        assert_eq!(numbers.shown(), "80,95");
        assert_eq!(Numbers::read("[80]"), None);
    }
}
