//! Versions of clients, compared as PHP's `version_compare` does it.

use std::cmp::Ordering;

/// Compares texts of digits and dots number by number; where one is the beginning of the other, the
/// longer one is the greater: `1.9` is less than `1.9.0`, and the empty text is less than any other.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (numbers(a), numbers(b));
    loop {
        let ordering = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            // As texts, so that no number is too big.
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

fn numbers(version: &str) -> impl Iterator<Item = &str> {
    version
        .split('.')
        .filter(|number| !number.is_empty())
        .map(|number| number.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_before_lengths() {
        for (a, b, expected) in [
            ("1.9", "1.9.0", Ordering::Less),
            ("1.10", "1.9", Ordering::Greater),
            ("637", "3.2.1", Ordering::Greater),
            ("", "0", Ordering::Less),
            ("", "", Ordering::Equal),
            ("1.0", "1.0", Ordering::Equal),
            ("1.00", "1.0", Ordering::Equal),
            ("99999999999999999999999", "2", Ordering::Greater),
            ("6.31", "6.30", Ordering::Greater),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
            assert_eq!(compare(b, a), expected.reverse(), "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn three_numbers_compare_as_numbers(a in any::<[u16; 3]>(), b in any::<[u16; 3]>()) {
            let text = |n: [u16; 3]| format!("{}.{}.{}", n[0], n[1], n[2]);
            prop_assert_eq!(compare(&text(a), &text(b)), a.cmp(&b));
        }
    }
}
