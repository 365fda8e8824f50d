//! When a subscription's traffic is counted anew.

pub(crate) mod early;
pub(crate) mod subject;

use chrono::{Datelike as _, NaiveDateTime};
use ferroboard_kernel::{UnixSeconds, UserId, Zone};

/// `reset_traffic_method` of a plan or of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetMethod {
    /// 0: on the first day of each month.
    FirstDayOfMonth,
    /// 1: each month on the day of the month, and at the time of day, of the expiry date.
    Monthly,
    /// 2: never.
    Never,
    /// 3: on January 1.
    FirstDayOfYear,
    /// 4: each year on the expiry date.
    Yearly,
}

impl ResetMethod {
    /// Every method.
    pub const ALL: [Self; 5] = [
        Self::FirstDayOfMonth,
        Self::Monthly,
        Self::Never,
        Self::FirstDayOfYear,
        Self::Yearly,
    ];

    /// The method with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::FirstDayOfMonth),
            1 => Some(Self::Monthly),
            2 => Some(Self::Never),
            3 => Some(Self::FirstDayOfYear),
            4 => Some(Self::Yearly),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::FirstDayOfMonth => 0,
            Self::Monthly => 1,
            Self::Never => 2,
            Self::FirstDayOfYear => 3,
            Self::Yearly => 4,
        }
    }

    /// How `v2_traffic_reset_logs.reset_type` calls a reset under this method.
    pub const fn log_type(self) -> &'static str {
        match self {
            Self::FirstDayOfMonth => "first_day_month",
            Self::Monthly => "monthly",
            Self::Never => "manual",
            Self::FirstDayOfYear => "first_day_year",
            Self::Yearly => "yearly",
        }
    }

    /// The first reset after `now` for a subscription that ends at `expired_at`. `None` with the method
    /// [`ResetMethod::Never`], and for a subscription that never ends where the method counts from the
    /// end; the first of a month or year comes for those too. A day that a month lacks is the month's
    /// last.
    pub fn next_reset(
        self,
        expired_at: Option<UnixSeconds>,
        now: UnixSeconds,
        zone: Zone,
    ) -> Option<UnixSeconds> {
        match self {
            Self::Never => None,
            Self::FirstDayOfMonth => Some(zone.start_of_next_month(now)),
            Self::FirstDayOfYear => Some(zone.start_of_next_year(now)),
            Self::Monthly => Some(next_monthly(zone.wall_clock(expired_at?), now, zone)),
            Self::Yearly => Some(next_yearly(zone.wall_clock(expired_at?), now, zone)),
        }
    }
}

fn next_monthly(end: NaiveDateTime, now: UnixSeconds, zone: Zone) -> UnixSeconds {
    let this_month = zone.day_in_month(now, 0, end.day(), end.time());
    if this_month > now {
        this_month
    } else {
        zone.day_in_month(now, 1, end.day(), end.time())
    }
}

fn next_yearly(end: NaiveDateTime, now: UnixSeconds, zone: Zone) -> UnixSeconds {
    let year = zone.wall_clock(now).year();
    let this_year = zone.on(year, end.month(), end.day(), end.time());
    if this_year > now {
        this_year
    } else {
        zone.on(year + 1, end.month(), end.day(), end.time())
    }
}

/// What made traffic be counted anew (`v2_traffic_reset_logs.trigger_source`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResetSource {
    /// The time of the reset had come, and the user looked.
    UserAccess,
    /// The time of the reset had come.
    Cron,
    /// An order was opened.
    Order,
    /// A gift card was redeemed.
    GiftCard,
    /// An administrator wanted it.
    Manual,
    /// The user gave the rest of the period up for the next one.
    NewPeriod,
}

impl ResetSource {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserAccess => "user_access",
            Self::Cron => "cron",
            Self::Order => "order",
            Self::GiftCard => "gift_card",
            Self::Manual => "manual",
            Self::NewPeriod => "new_period",
        }
    }
}

/// Why and when traffic is counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResetCause {
    /// Why.
    pub source: ResetSource,
    /// When.
    pub at: UnixSeconds,
}

impl TrafficReset {
    /// What the reset has in common with those of other users.
    pub const fn cause(&self) -> ResetCause {
        ResetCause {
            source: self.source,
            at: self.at,
        }
    }
}

/// A user's traffic counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficReset {
    /// Whose.
    pub user: UserId,
    /// Under which method.
    pub method: ResetMethod,
    /// Why.
    pub source: ResetSource,
    /// When.
    pub at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> UnixSeconds {
        let shown = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        Zone::default().instant(shown)
    }

    #[test]
    fn each_method_finds_the_next_reset() {
        use ResetMethod::{FirstDayOfMonth, FirstDayOfYear, Monthly, Never, Yearly};
        for (method, end, now, expected) in [
            (
                FirstDayOfMonth,
                "2030-05-20 10:00:00",
                "2025-12-31 23:59:59",
                Some("2026-01-01 00:00:00"),
            ),
            (
                Monthly,
                "2030-05-20 10:00:00",
                "2025-06-20 09:59:59",
                Some("2025-06-20 10:00:00"),
            ),
            (
                Monthly,
                "2030-05-20 10:00:00",
                "2025-06-20 10:00:00",
                Some("2025-07-20 10:00:00"),
            ),
            (
                Monthly,
                "2030-05-31 10:00:00",
                "2025-06-05 00:00:00",
                Some("2025-06-30 10:00:00"),
            ),
            (
                Monthly,
                "2030-05-31 10:00:00",
                "2025-01-31 10:00:00",
                Some("2025-02-28 10:00:00"),
            ),
            (Never, "2030-05-20 10:00:00", "2025-06-20 10:00:00", None),
            (
                FirstDayOfYear,
                "2030-05-20 10:00:00",
                "2025-06-20 10:00:00",
                Some("2026-01-01 00:00:00"),
            ),
            (
                Yearly,
                "2030-05-20 10:00:00",
                "2025-05-20 09:00:00",
                Some("2025-05-20 10:00:00"),
            ),
            (
                Yearly,
                "2030-05-20 10:00:00",
                "2025-05-20 10:00:00",
                Some("2026-05-20 10:00:00"),
            ),
            (
                Yearly,
                "2028-02-29 10:00:00",
                "2025-03-01 00:00:00",
                Some("2026-02-28 10:00:00"),
            ),
            // Neither slips into the month after a short one.
            (
                Monthly,
                "2030-05-31 08:00:00",
                "2026-02-10 00:00:00",
                Some("2026-02-28 08:00:00"),
            ),
            (
                Yearly,
                "2030-02-10 08:00:00",
                "2026-03-31 12:00:00",
                Some("2027-02-10 08:00:00"),
            ),
            (
                Monthly,
                "2030-05-31 08:00:00",
                "2026-12-31 08:00:00",
                Some("2027-01-31 08:00:00"),
            ),
            (
                FirstDayOfMonth,
                "2030-05-31 08:00:00",
                "2026-02-01 00:00:00",
                Some("2026-03-01 00:00:00"),
            ),
            (
                FirstDayOfYear,
                "2030-05-31 08:00:00",
                "2026-01-01 00:00:00",
                Some("2027-01-01 00:00:00"),
            ),
        ] {
            let next = method.next_reset(Some(at(end)), at(now), Zone::default());
            assert_eq!(next, expected.map(at), "{method:?}, ends {end}, now {now}");
        }
    }

    #[test]
    fn what_never_ends_follows_the_calendar() {
        use ResetMethod::{FirstDayOfMonth, FirstDayOfYear, Monthly, Never, Yearly};
        for (method, expected) in [
            (FirstDayOfMonth, Some("2025-03-01 00:00:00")),
            (FirstDayOfYear, Some("2026-01-01 00:00:00")),
            (Monthly, None),
            (Yearly, None),
            (Never, None),
        ] {
            let next = method.next_reset(None, at("2025-02-03 04:05:06"), Zone::default());
            assert_eq!(next, expected.map(at), "{method:?}");
        }
    }

    /// Whatever the day and the hour, and also where the clock changes.
    #[test]
    fn a_subscription_ends_with_one_of_its_resets() {
        for name in ["Asia/Shanghai", "America/New_York"] {
            let zone = Zone::named(name).unwrap();
            for bought in [
                "2026-01-28 12:00:00",
                "2026-01-29 00:00:00",
                "2026-01-30 23:59:59",
                "2026-01-31 02:00:00",
                "2026-02-08 03:00:00",
                "2026-03-01 02:00:00",
                "2026-08-31 07:59:59",
                "2028-02-29 19:00:00",
            ] {
                let shown = NaiveDateTime::parse_from_str(bought, "%Y-%m-%d %H:%M:%S").unwrap();
                let bought = zone.instant(shown);
                for months in [1, 3, 6, 12, 24, 36] {
                    let end = zone.months_after(bought, months);
                    let (mut at, mut resets) = (bought, 0);
                    while at < end {
                        at = ResetMethod::Monthly
                            .next_reset(Some(end), at, zone)
                            .unwrap();
                        resets += 1;
                    }
                    assert_eq!((at, resets), (end, months), "{name} {shown} {months}");
                }
            }
        }
    }

    proptest! {
        /// The next reset lies ahead, by no more than the method's span, on the right day, and is the
        /// same at every moment before it.
        #[test]
        fn the_next_reset_lies_ahead(
            code in 0_i64..5,
            end in 1_600_000_000_i64..2_100_000_000,
            now in 1_600_000_000_i64..2_100_000_000,
        ) {
            let (zone, method) = (Zone::default(), ResetMethod::from_code(code).unwrap());
            let (end, now) = (UnixSeconds::new(end), UnixSeconds::new(now));
            let Some(next) = method.next_reset(Some(end), now, zone) else {
                prop_assert_eq!(method, ResetMethod::Never);
                return Ok(());
            };
            prop_assert!(next > now);
            let longest = match method {
                ResetMethod::FirstDayOfMonth | ResetMethod::Monthly => 31,
                _ => 366,
            };
            prop_assert!(next.since(now).get() <= longest * 86_400);
            let just_before = next.minus(ferroboard_kernel::Seconds::new(1));
            prop_assert_eq!(method.next_reset(Some(end), just_before, zone), Some(next));
            let (shown, ends) = (zone.wall_clock(next), zone.wall_clock(end));
            match method {
                ResetMethod::FirstDayOfMonth => prop_assert_eq!(shown.day(), 1),
                ResetMethod::FirstDayOfYear => prop_assert_eq!(shown.ordinal(), 1),
                ResetMethod::Monthly | ResetMethod::Yearly => {
                    let tomorrow = shown.date().succ_opt().unwrap();
                    let is_last = tomorrow.month() != shown.month();
                    prop_assert!(shown.day() == ends.day() || is_last && shown.day() < ends.day());
                    prop_assert_eq!(shown.time(), ends.time());
                    if method == ResetMethod::Yearly {
                        prop_assert_eq!(shown.month(), ends.month());
                    }
                }
                ResetMethod::Never => unreachable!("it has no next reset"),
            }
        }
    }

    #[test]
    fn codes_round_trip() {
        for code in 0..5 {
            assert_eq!(ResetMethod::from_code(code).unwrap().code(), code);
        }
        assert!(
            ResetMethod::ALL
                .map(ResetMethod::code)
                .is_sorted_by_key(|code| *code)
        );
        assert_eq!(ResetMethod::from_code(5), None);
    }
}
