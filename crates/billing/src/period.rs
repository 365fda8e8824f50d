//! What a price is for, and calendar months.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate};
use ferroboard_kernel::UnixSeconds;

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// One month.
    Monthly,
    /// Three months.
    Quarterly,
    /// Six months.
    HalfYearly,
    /// Twelve months.
    Yearly,
    /// Twenty-four months.
    TwoYearly,
    /// Thirty-six months.
    ThreeYearly,
    /// Traffic that never expires.
    OneTime,
    /// The running subscription's traffic counted anew.
    ResetTraffic,
}

impl Period {
    /// Every period, in the order of price lists.
    pub const ALL: [Self; 8] = [
        Self::Monthly,
        Self::Quarterly,
        Self::HalfYearly,
        Self::Yearly,
        Self::TwoYearly,
        Self::ThreeYearly,
        Self::OneTime,
        Self::ResetTraffic,
    ];

    /// The spelling in the database: of orders and as key of a plan's prices.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half_yearly",
            Self::Yearly => "yearly",
            Self::TwoYearly => "two_yearly",
            Self::ThreeYearly => "three_yearly",
            Self::OneTime => "onetime",
            Self::ResetTraffic => "reset_traffic",
        }
    }

    /// The spelling that clients send and are answered.
    pub const fn legacy_key(self) -> &'static str {
        match self {
            Self::Monthly => "month_price",
            Self::Quarterly => "quarter_price",
            Self::HalfYearly => "half_year_price",
            Self::Yearly => "year_price",
            Self::TwoYearly => "two_year_price",
            Self::ThreeYearly => "three_year_price",
            Self::OneTime => "onetime_price",
            Self::ResetTraffic => "reset_price",
        }
    }

    /// The period with this spelling, either one.
    pub fn parse(text: &str) -> Option<Self> {
        let spelled = |period: &Self| period.key() == text || period.legacy_key() == text;
        Self::ALL.into_iter().find(spelled)
    }

    /// How many calendar months it lasts; `None` for what has no end.
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::Monthly => Some(1),
            Self::Quarterly => Some(3),
            Self::HalfYearly => Some(6),
            Self::Yearly => Some(12),
            Self::TwoYearly => Some(24),
            Self::ThreeYearly => Some(36),
            Self::OneTime | Self::ResetTraffic => None,
        }
    }
}

/// The instant `months` calendar months later in UTC, at the same time of day. A day that the month
/// lacks rolls over into the next one: January 31 and a month is March 3, or 2 in a leap year. It
/// stays where it is when the result cannot be represented.
pub fn plus_months(at: UnixSeconds, months: u32) -> UnixSeconds {
    let moved = || {
        let shown = DateTime::from_timestamp(at.get(), 0)?.naive_utc();
        let first = NaiveDate::from_ymd_opt(shown.year(), shown.month(), 1)?;
        let month = first.checked_add_months(Months::new(months))?;
        let date = month.checked_add_days(Days::new(u64::from(shown.day0())))?;
        Some(UnixSeconds::new(
            date.and_time(shown.time()).and_utc().timestamp(),
        ))
    };
    moved().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UnixSeconds {
        UnixSeconds::new(text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp())
    }

    #[test]
    fn both_spellings_are_read() {
        for period in Period::ALL {
            assert_eq!(Period::parse(period.key()), Some(period));
            assert_eq!(Period::parse(period.legacy_key()), Some(period));
        }
        assert_eq!(Period::parse("weekly"), None);
        assert_eq!(Period::parse("Monthly"), None);
    }

    #[test]
    fn days_that_a_month_lacks_roll_over() {
        for (from, months, to) in [
            ("2026-01-31T12:00:00Z", 1, "2026-03-03T12:00:00Z"),
            ("2028-01-31T12:00:00Z", 1, "2028-03-02T12:00:00Z"),
            ("2026-01-15T23:59:59Z", 1, "2026-02-15T23:59:59Z"),
            ("2026-11-30T00:00:00Z", 3, "2027-03-02T00:00:00Z"),
            ("2024-02-29T06:00:00Z", 12, "2025-03-01T06:00:00Z"),
            ("2026-05-31T06:00:00Z", 6, "2026-12-01T06:00:00Z"),
            ("2026-12-31T06:00:00Z", 36, "2029-12-31T06:00:00Z"),
        ] {
            assert_eq!(plus_months(at(from), months), at(to), "{from} and {months}");
        }
    }

    #[test]
    fn instants_beyond_the_calendar_stay() {
        let far = UnixSeconds::new(i64::MAX);
        assert_eq!(plus_months(far, 1), far);
    }
}
