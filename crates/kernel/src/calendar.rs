//! Days, months and wall-clock texts in the panel's time zone.

use chrono::{
    DateTime, Datelike, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset as _,
    TimeZone,
};
use chrono_tz::Tz;

use crate::{Seconds, UnixSeconds};

/// The time zone in which the panel counts days and months and in which the `TIMESTAMP` columns of
/// the database are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    /// Asia/Shanghai, the zone of the reference panel.
    fn default() -> Self {
        Self(chrono_tz::Asia::Shanghai)
    }
}

impl Zone {
    /// The zone with this IANA name, such as `Europe/Berlin`.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What a wall clock of this zone shows at the instant; the epoch for an instant that no calendar
    /// has.
    pub fn wall_clock(self, at: UnixSeconds) -> NaiveDateTime {
        self.shown(at).unwrap_or_default()
    }

    fn shown(self, at: UnixSeconds) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp(at.get(), 0)?.naive_utc();
        utc.checked_add_offset(self.0.offset_from_utc_datetime(&utc).fix())
    }

    /// The instant at which a wall clock of this zone shows `shown`: the earlier one where it shows
    /// it twice, and the end of the gap where it never shows it.
    pub fn instant(self, shown: NaiveDateTime) -> UnixSeconds {
        match self.0.from_local_datetime(&shown) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                UnixSeconds::new(at.timestamp())
            }
            LocalResult::None => self.end_of_gap(shown),
        }
    }

    /// The first instant at which a wall clock that never shows `shown` shows something later.
    fn end_of_gap(self, shown: NaiveDateTime) -> UnixSeconds {
        // No zone is further than a day from UTC, and the longest gap is a zone's change of date.
        let middle = UnixSeconds::new(shown.and_utc().timestamp());
        let (mut before, mut after) = (
            middle.minus(Seconds::days(2)),
            middle.plus(Seconds::days(2)),
        );
        while after.since(before) > Seconds::new(1) {
            let half = before.plus(Seconds::new(after.since(before).get() / 2));
            if self.wall_clock(half) < shown {
                before = half;
            } else {
                after = half;
            }
        }
        after
    }

    /// 00:00 of the day in which the instant lies.
    pub fn start_of_day(self, at: UnixSeconds) -> UnixSeconds {
        self.instant(self.wall_clock(at).date().and_time(NaiveTime::MIN))
    }

    /// This time of day on the day in which the instant lies.
    pub fn time_on_day(self, at: UnixSeconds, hour: u32, minute: u32) -> UnixSeconds {
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        self.instant(self.wall_clock(at).date().and_time(time))
    }

    /// 00:00 of the day before the one in which the instant lies.
    pub fn start_of_day_before(self, at: UnixSeconds) -> UnixSeconds {
        self.start_of_day(self.start_of_day(at).minus(Seconds::new(1)))
    }

    /// 00:00 on day 1 of the month in which the instant lies.
    pub fn start_of_month(self, at: UnixSeconds) -> UnixSeconds {
        self.day_in_month(at, 0, 1, NaiveTime::MIN)
    }

    /// 00:00 on day 1 of the next month.
    pub fn start_of_next_month(self, at: UnixSeconds) -> UnixSeconds {
        self.day_in_month(at, 1, 1, NaiveTime::MIN)
    }

    /// 00:00 on January 1 of the next year.
    pub fn start_of_next_year(self, at: UnixSeconds) -> UnixSeconds {
        let year = self.wall_clock(at).year() + 1;
        self.on(year, 1, 1, NaiveTime::MIN)
    }

    /// The same day and time of day so many months before; the last day of that month where the month
    /// is shorter.
    pub fn months_before(self, at: UnixSeconds, months: u32) -> UnixSeconds {
        let shown = self.wall_clock(at);
        self.instant(
            shown
                .checked_sub_months(Months::new(months))
                .unwrap_or(shown),
        )
    }

    /// The same day and time of day so many months later; the last day of that month where the month
    /// is shorter. An instant whose result no calendar has stays where it is.
    ///
    /// Whoever adds months to the result of adding months may lose days: a month after January 31 is
    /// February 28, and a month after that is March 28. [`Self::day_in_month`] takes the day from
    /// elsewhere.
    #[must_use]
    pub fn months_after(self, at: UnixSeconds, months: u32) -> UnixSeconds {
        let moved = self
            .shown(at)
            .and_then(|shown| shown.checked_add_months(Months::new(months)));
        moved.map_or(at, |shown| self.instant(shown))
    }

    /// The given day and time of day, `months_ahead` months after the one in which `at` lies; the
    /// last day of that month where the month is shorter.
    pub fn day_in_month(
        self,
        at: UnixSeconds,
        months_ahead: u32,
        day: u32,
        time: NaiveTime,
    ) -> UnixSeconds {
        let date = self.wall_clock(at).date();
        let first = date.with_day(1).unwrap_or(date);
        let month = first
            .checked_add_months(Months::new(months_ahead))
            .unwrap_or(first);
        self.on(month.year(), month.month(), day, time)
    }

    /// The given date and time of day; the last day of the month where the month is shorter.
    pub fn on(self, year: i32, month: u32, day: u32, time: NaiveTime) -> UnixSeconds {
        let date = (0..4)
            .find_map(|less| NaiveDate::from_ymd_opt(year, month, day.saturating_sub(less)))
            .unwrap_or_default();
        self.instant(date.and_time(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: Zone, text: &str) -> UnixSeconds {
        zone.instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap())
    }

    #[test]
    fn midnight_in_shanghai_is_sixteen_o_clock_the_day_before() {
        let zone = Zone::default();
        assert_eq!(
            at(zone, "2024-01-01 00:00:00"),
            UnixSeconds::new(1_704_038_400)
        );
        assert_eq!(
            zone.start_of_day(UnixSeconds::new(1_704_038_399)).get(),
            1_703_952_000
        );
    }

    #[test]
    fn months_are_counted_back_to_a_day_that_there_is() {
        let zone = Zone::default();
        for (now, months, expected) in [
            ("2025-04-30 10:00:00", 2, "2025-02-28 10:00:00"),
            ("2025-01-15 00:00:00", 3, "2024-10-15 00:00:00"),
        ] {
            assert_eq!(
                zone.months_before(at(zone, now), months),
                at(zone, expected)
            );
        }
    }

    #[test]
    fn a_day_is_as_long_as_its_clock_says() {
        let berlin = Zone::named("Europe/Berlin").unwrap_or_default();
        // The clock goes back an hour on 27 October and forward on 31 March.
        for (now, day, before) in [
            (
                "2024-10-28 00:00:00",
                "2024-10-28 00:00:00",
                "2024-10-27 00:00:00",
            ),
            (
                "2024-10-27 23:59:59",
                "2024-10-27 00:00:00",
                "2024-10-26 00:00:00",
            ),
            (
                "2024-04-01 12:00:00",
                "2024-04-01 00:00:00",
                "2024-03-31 00:00:00",
            ),
        ] {
            let now = at(berlin, now);
            assert_eq!(berlin.start_of_day(now), at(berlin, day));
            assert_eq!(berlin.start_of_day_before(now), at(berlin, before));
        }
        assert_eq!(
            berlin.time_on_day(at(berlin, "2024-10-27 23:00:00"), 11, 30),
            at(berlin, "2024-10-27 11:30:00")
        );
    }

    #[test]
    fn months_and_years_turn_at_local_midnight() {
        let zone = Zone::default();
        let now = at(zone, "2024-12-31 23:59:59");
        assert_eq!(zone.start_of_month(now), at(zone, "2024-12-01 00:00:00"));
        assert_eq!(
            zone.start_of_next_month(now),
            at(zone, "2025-01-01 00:00:00")
        );
        assert_eq!(
            zone.start_of_next_year(now),
            at(zone, "2025-01-01 00:00:00")
        );
    }

    #[test]
    fn a_day_that_a_month_lacks_is_its_last() {
        let zone = Zone::default();
        let now = at(zone, "2024-01-31 12:00:00");
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        assert_eq!(
            zone.day_in_month(now, 1, 31, noon),
            at(zone, "2024-02-29 12:00:00")
        );
        assert_eq!(zone.on(2025, 2, 29, noon), at(zone, "2025-02-28 12:00:00"));
    }

    #[test]
    fn wall_clock_times_that_never_were_become_the_end_of_the_gap() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for shown in ["02:00:00", "02:10:00", "02:30:00", "02:59:59", "03:00:00"] {
            assert_eq!(
                at(berlin, &format!("2024-03-31 {shown}")),
                at(berlin, "2024-03-31 03:00:00"),
                "{shown}"
            );
        }
        // Half an hour on Lord Howe Island; a whole day where the date line moved.
        let lord_howe = Zone::named("Australia/Lord_Howe").unwrap();
        assert_eq!(
            at(lord_howe, "2026-10-04 02:10:00"),
            at(lord_howe, "2026-10-04 02:30:00")
        );
        let apia = Zone::named("Pacific/Apia").unwrap();
        assert_eq!(
            at(apia, "2011-12-30 12:00:00"),
            at(apia, "2011-12-31 00:00:00")
        );
        assert!(Zone::named("Mars/Olympus").is_none());
    }

    #[test]
    fn wall_clock_times_that_were_twice_are_the_first() {
        let new_york = Zone::named("America/New_York").unwrap();
        let first = at(new_york, "2026-11-01 01:30:00");
        assert_eq!(first, UnixSeconds::new(1_793_511_000));
        let second = first.plus(Seconds::hours(1));
        assert_eq!(new_york.wall_clock(second), new_york.wall_clock(first));
    }

    #[test]
    fn instants_that_no_calendar_has_are_the_epoch() {
        let zone = Zone::default();
        for beyond in [i64::MAX, i64::MIN, 8_210_266_876_799] {
            let beyond = UnixSeconds::new(beyond);
            assert_eq!(zone.wall_clock(beyond), NaiveDateTime::default());
            assert_eq!(zone.months_after(beyond, 1), beyond);
        }
    }
}
