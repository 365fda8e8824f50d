//! Numbers and times as dashboards show them.

use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_nodes::Traffic;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// Bytes in both directions.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrafficNumbers {
    upload: i64,
    download: i64,
    total: i64,
}

impl From<Traffic> for TrafficNumbers {
    fn from(traffic: Traffic) -> Self {
        Self {
            upload: traffic.upload,
            download: traffic.download,
            total: traffic.total(),
        }
    }
}

/// A share with so many decimal places as it was rounded to. A whole one is written without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounded {
    hundredths: i64,
}

impl Rounded {
    /// `part` of each of `whole`, with two places; 0 of none.
    pub(crate) fn share(part: i64, whole: i64) -> Self {
        Self::quotient(i128::from(part) * 100, whole, 1)
    }

    /// How many percent `part` is of `whole`, with two places; 0 of none.
    pub(crate) fn percent(part: i64, whole: i64) -> Self {
        Self::quotient(i128::from(part) * 10_000, whole, 1)
    }

    /// By how many percent something grew, with one place; 0 where there was nothing before.
    pub(crate) fn growth(now: i64, before: i64) -> Self {
        let difference = i128::from(now) - i128::from(before);
        Self::quotient(difference * 1_000, before, 10)
    }

    /// A quotient, rounded half away from zero, of which each is so many hundredths.
    fn quotient(dividend: i128, divisor: i64, hundredths: i64) -> Self {
        if divisor <= 0 {
            return Self { hundredths: 0 };
        }
        let divisor = i128::from(divisor);
        let half = if dividend < 0 { -divisor } else { divisor };
        let rounded = (dividend * 2 + half) / (divisor * 2);
        let rounded = rounded * i128::from(hundredths);
        Self {
            hundredths: i64::try_from(rounded).unwrap_or(0),
        }
    }
}

impl Serialize for Rounded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (whole, fraction) = (self.hundredths / 100, self.hundredths % 100);
        if fraction == 0 {
            return serializer.serialize_i64(whole);
        }
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}", whole.abs(), fraction.abs());
        let number: f64 = text.parse().unwrap_or_default();
        serializer.serialize_f64(number)
    }
}

/// An instant as a wall clock of the zone shows it, with its distance from UTC.
pub(crate) fn iso(at: UnixSeconds, zone: Zone) -> String {
    let shown = zone.wall_clock(at);
    let minutes = (shown.and_utc().timestamp() - at.get()) / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    format!(
        "{}{sign}{hours:02}:{minutes:02}",
        shown.format("%Y-%m-%dT%H:%M:%S")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: Rounded) -> String {
        serde_json::to_string(&number).unwrap()
    }

    #[test]
    fn shares_and_growth_are_rounded_like_the_reference() {
        for (number, expected) in [
            (Rounded::share(2_000, 2), "1000"),
            (Rounded::share(100, 3), "33.33"),
            (Rounded::share(200, 3), "66.67"),
            (Rounded::share(5, 0), "0"),
            (Rounded::percent(270, 2_000), "13.5"),
            (Rounded::percent(1, 3), "33.33"),
            (Rounded::growth(150, 100), "50"),
            (Rounded::growth(1, 3), "-66.7"),
            (Rounded::growth(5, 3), "66.7"),
            (Rounded::growth(999, 1_000), "-0.1"),
            (Rounded::growth(9_999, 10_000), "0"),
            (Rounded::growth(5, 0), "0"),
            (Rounded::growth(i64::MAX, i64::MAX - 1), "0"),
        ] {
            assert_eq!(written(number), expected);
        }
    }

    #[test]
    fn times_say_their_zone() {
        let at = UnixSeconds::new(1_735_700_000);
        assert_eq!(iso(at, Zone::default()), "2025-01-01T10:53:20+08:00");
        let other = |name| iso(at, Zone::named(name).unwrap());
        assert_eq!(other("America/St_Johns"), "2024-12-31T23:23:20-03:30");
        assert_eq!(other("UTC"), "2025-01-01T02:53:20+00:00");
    }
}
