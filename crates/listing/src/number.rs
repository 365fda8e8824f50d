/// A number that whole ones are compared with: a fraction of any length, and of any size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// This one.
    Whole(i64),
    /// Above this one, and below the next if there is a next.
    After(i64),
    /// Below every number that a column can hold.
    Lowest,
}

impl Number {
    /// The number of a text: digits, with a sign and a point if need be.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let are_digits = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let has_fraction = fraction.bytes().any(|digit| digit != b'0');
        // What is too long for this is too large for a column anyway.
        let size = match whole {
            "" => 0,
            whole => whole.parse().unwrap_or(i128::MAX),
        };
        let floor = match (is_negative, has_fraction) {
            (false, _) => size,
            (true, false) => -size,
            (true, true) => -size.saturating_add(1),
        };
        Some(match i64::try_from(floor) {
            Ok(floor) if has_fraction => Self::After(floor),
            Ok(floor) => Self::Whole(floor),
            Err(_) if floor > 0 => Self::After(i64::MAX),
            Err(_) => Self::Lowest,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_whatever_their_size() {
        use Number::{After, Lowest, Whole};
        for (text, expected) in [
            ("0", Some(Whole(0))),
            (" 007 ", Some(Whole(7))),
            ("+7", Some(Whole(7))),
            ("-7", Some(Whole(-7))),
            ("7.", Some(Whole(7))),
            ("7.00", Some(Whole(7))),
            (".5", Some(After(0))),
            ("-0.5", Some(After(-1))),
            ("-7.25", Some(After(-8))),
            ("9223372036854775807", Some(Whole(i64::MAX))),
            ("9223372036854775808", Some(After(i64::MAX))),
            ("-9223372036854775808", Some(Whole(i64::MIN))),
            ("-9223372036854775808.1", Some(Lowest)),
            ("-9223372036854775809", Some(Lowest)),
            ("", None),
            (".", None),
            ("-", None),
            ("1e3", None),
            ("0x1", None),
            ("1 2", None),
            ("--1", None),
            ("٣", None),
        ] {
            assert_eq!(Number::parse(text), expected, "{text}");
        }
        let long = "9".repeat(1_000);
        assert_eq!(Number::parse(&long), Some(After(i64::MAX)));
        assert_eq!(Number::parse(&format!("-{long}.9")), Some(Lowest));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number: i64) {
            prop_assert_eq!(Number::parse(&number.to_string()), Some(Number::Whole(number)));
        }
    }
}
