//! How money, sizes and times are written: here and nowhere else.

use ferroboard_kernel::{Cents, UnixSeconds, Zone};

/// Units of sizes, each 1,024 of the one before.
const UNITS: [&str; 6] = ["B", "KB", "MB", "GB", "TB", "PB"];

/// An amount with the site's sign before it: `¥1,234.50`.
pub(crate) fn money(cents: Cents, symbol: &str) -> String {
    let value = cents.get();
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    format!("{sign}{symbol}{}.{part:02}", grouped(whole))
}

/// A number with a comma before every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size: `12.50 GB`. Fewer than none are none.
pub(crate) fn bytes(count: i64) -> String {
    let mut hundredths = u128::from(u64::try_from(count).unwrap_or(0)) * 100;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while hundredths >= 102_400 {
        let Some(next) = units.next() else { break };
        hundredths /= 1_024;
        unit = next;
    }
    if unit == "B" {
        format!("{} B", hundredths / 100)
    } else {
        format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100)
    }
}

/// Day and minute in a zone: `2026-11-29 11:30`.
pub(crate) fn time(at: UnixSeconds, zone: Zone) -> String {
    zone.wall_clock(at).format("%Y-%m-%d %H:%M").to_string()
}

/// The day in a zone: `2026-11-29`.
pub(crate) fn date(at: UnixSeconds, zone: Zone) -> String {
    zone.wall_clock(at).format("%Y-%m-%d").to_string()
}

/// The instant for programs: `2026-11-29T03:30:00Z`.
pub(crate) fn iso(at: UnixSeconds) -> String {
    let utc = chrono::DateTime::from_timestamp(at.get(), 0).unwrap_or_default();
    utc.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_sign_groups_and_cents() {
        for (cents, expected) in [
            (0, "¥0.00"),
            (-5, "-¥0.05"),
            (123_456_789, "¥1,234,567.89"),
            (i64::MIN, "-¥92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(Cents::new(cents), "¥"), expected);
        }
    }

    #[test]
    fn sizes_have_the_largest_unit_that_fits() {
        for (count, expected) in [
            (-1, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1.00 KB"),
            (1_610_612_736, "1.50 GB"),
            (i64::MAX, "8191.99 PB"),
        ] {
            assert_eq!(bytes(count), expected);
        }
    }

    #[test]
    fn times_are_those_of_the_viewers_wall_clock() {
        let at = UnixSeconds::new(1_700_000_000);
        assert_eq!(
            time(at, Zone::named("Asia/Shanghai").unwrap()),
            "2023-11-15 06:13"
        );
        assert_eq!(date(at, Zone::named("UTC").unwrap()), "2023-11-14");
        assert_eq!(iso(at), "2023-11-14T22:13:20Z");
    }
}
