//! Which of two versions is the later one, as PHP's `version_compare` tells it.

use std::cmp::Ordering;

/// The order of two versions.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (parts(one), parts(other));
    for place in 0..one.len().max(other.len()) {
        // Where one of them ends, a number is more and a word like `beta` is less.
        let end = "#".to_owned();
        let pair = (
            one.get(place).unwrap_or(&end),
            other.get(place).unwrap_or(&end),
        );
        let order = match pair {
            (one, other) if is_number(one) && is_number(other) => by_value(one, other),
            (one, other) if is_number(one) && other == "#" => Ordering::Greater,
            (one, other) if one == "#" && is_number(other) => Ordering::Less,
            (one, other) => rank(one).cmp(&rank(other)),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Numbers and words, in their order.
fn parts(version: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for character in version.chars() {
        let kind = match character {
            '.' | '-' | '_' | '+' => None,
            character => Some(character.is_ascii_digit()),
        };
        if kind.is_some() {
            match parts.last_mut() {
                Some(part) if kind == last => part.push(character),
                _ => parts.push(character.to_string()),
            }
        }
        last = kind;
    }
    parts
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty()
}

/// The order of two numbers of any length.
fn by_value(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// Where a word stands.
fn rank(part: &str) -> u8 {
    let known = [
        ("dev", 1),
        ("a", 2),
        ("b", 3),
        ("RC", 4),
        ("rc", 4),
        ("#", 5),
        ("p", 6),
    ];
    if is_number(part) {
        return 5;
    }
    let known = known.iter().find(|(word, _)| part.starts_with(word));
    known.map_or(0, |(_, rank)| *rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_php_orders_them() {
        for (less, more) in [
            ("1.0", "1.0.1"),
            ("1.9.9", "1.10.0"),
            ("1.0.0", "2"),
            ("0.9", "1.0-dev"),
            ("1.0-dev", "1.0-alpha"),
            ("1.0alpha", "1.0beta1"),
            ("1.0beta", "1.0RC1"),
            ("1.0rc1", "1.0rc2"),
            ("1.0rc1", "1.0"),
            ("1.0", "1.0pl1"),
            ("1.0x", "1.0dev"),
            ("9", "99999999999999999999"),
            ("", "0"),
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare(more, less), Ordering::Greater, "{less} {more}");
        }
        for (one, other) in [
            ("1.0.0", "1.0.0"),
            ("1_0", "1.0"),
            ("1.01", "1.1"),
            ("", ""),
        ] {
            assert_eq!(compare(one, other), Ordering::Equal, "{one} {other}");
        }
    }
}
