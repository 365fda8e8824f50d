//! Calendar months: month ends, leap years, the hours around midnight, and changes of the clock.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use chrono::{DateTime, Datelike as _, NaiveDateTime};
use ferroboard_kernel::{Seconds, UnixSeconds, Zone};
use proptest::prelude::*;

const SHANGHAI: &str = "Asia/Shanghai";
const NEW_YORK: &str = "America/New_York";

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

/// What a wall clock of the zone shows so many months after it showed this.
fn later(name: &str, from: &str, months: u32) -> String {
    let from = NaiveDateTime::parse_from_str(from, "%Y-%m-%d %H:%M:%S").unwrap();
    let zone = zone(name);
    let moved = zone.months_after(zone.instant(from), months);
    zone.wall_clock(moved).to_string()
}

#[test]
fn a_day_that_the_month_lacks_is_its_last() {
    for (from, months, to) in [
        ("2026-01-28 12:00:00", 1, "2026-02-28 12:00:00"),
        ("2026-01-29 12:00:00", 1, "2026-02-28 12:00:00"),
        ("2026-01-30 12:00:00", 1, "2026-02-28 12:00:00"),
        ("2026-01-31 12:00:00", 1, "2026-02-28 12:00:00"),
        ("2028-01-29 12:00:00", 1, "2028-02-29 12:00:00"),
        ("2028-01-31 12:00:00", 1, "2028-02-29 12:00:00"),
        ("2000-01-31 12:00:00", 1, "2000-02-29 12:00:00"),
        ("2100-01-31 12:00:00", 1, "2100-02-28 12:00:00"),
        ("2026-03-31 23:59:59", 1, "2026-04-30 23:59:59"),
        ("2026-08-31 06:00:00", 3, "2026-11-30 06:00:00"),
        ("2026-11-30 06:00:00", 3, "2027-02-28 06:00:00"),
        ("2026-08-31 06:00:00", 6, "2027-02-28 06:00:00"),
        ("2027-08-31 06:00:00", 6, "2028-02-29 06:00:00"),
        ("2028-02-29 06:00:00", 12, "2029-02-28 06:00:00"),
        ("2028-02-29 06:00:00", 48, "2032-02-29 06:00:00"),
        ("2026-12-31 06:00:00", 24, "2028-12-31 06:00:00"),
        ("2026-12-31 06:00:00", 36, "2029-12-31 06:00:00"),
        ("2026-04-30 06:00:00", 1, "2026-05-30 06:00:00"),
        ("2026-02-28 06:00:00", 1, "2026-03-28 06:00:00"),
        ("2026-06-15 06:00:00", 0, "2026-06-15 06:00:00"),
    ] {
        for name in [SHANGHAI, NEW_YORK] {
            assert_eq!(later(name, from, months), to, "{name}: {from} + {months}");
        }
    }
}

#[test]
fn the_day_is_the_one_that_the_sites_clock_shows() {
    for (name, from, months, to) in [
        // 00:30 on the 1st in Shanghai is the last day of the month before in UTC.
        (SHANGHAI, "2026-03-01 00:00:00", 1, "2026-04-01 00:00:00"),
        (SHANGHAI, "2026-03-01 00:30:00", 1, "2026-04-01 00:30:00"),
        (SHANGHAI, "2026-03-01 07:59:59", 1, "2026-04-01 07:59:59"),
        (SHANGHAI, "2026-03-01 08:00:00", 1, "2026-04-01 08:00:00"),
        (SHANGHAI, "2026-02-28 23:59:59", 1, "2026-03-28 23:59:59"),
        (SHANGHAI, "2028-03-01 02:00:00", 12, "2029-03-01 02:00:00"),
        // 19:00 on the last day in New York is the 1st in UTC.
        (NEW_YORK, "2026-01-31 18:59:59", 1, "2026-02-28 18:59:59"),
        (NEW_YORK, "2026-01-31 19:00:00", 1, "2026-02-28 19:00:00"),
        (NEW_YORK, "2026-01-31 23:59:59", 1, "2026-02-28 23:59:59"),
        (NEW_YORK, "2026-02-01 00:00:00", 1, "2026-03-01 00:00:00"),
        (NEW_YORK, "2026-05-31 23:59:59", 1, "2026-06-30 23:59:59"),
    ] {
        assert_eq!(later(name, from, months), to, "{name}: {from} + {months}");
    }
}

#[test]
fn the_time_of_day_stays_when_the_clock_changes() {
    for (from, months, to) in [
        // Into and out of summer time.
        ("2026-02-15 12:00:00", 1, "2026-03-15 12:00:00"),
        ("2026-10-15 12:00:00", 1, "2026-11-15 12:00:00"),
        ("2026-02-07 23:59:59", 1, "2026-03-07 23:59:59"),
        ("2026-02-08 00:00:00", 1, "2026-03-08 00:00:00"),
        // The hour after 02:00 on 8 March is skipped.
        ("2026-02-08 01:59:59", 1, "2026-03-08 01:59:59"),
        ("2026-02-08 02:00:00", 1, "2026-03-08 03:00:00"),
        ("2026-02-08 02:30:00", 1, "2026-03-08 03:00:00"),
        ("2026-02-08 03:00:00", 1, "2026-03-08 03:00:00"),
        ("2026-10-01 01:30:00", 1, "2026-11-01 01:30:00"),
    ] {
        assert_eq!(later(NEW_YORK, from, months), to, "{from} + {months}");
    }
    let seconds = |text: &str| {
        text.parse::<DateTime<chrono::FixedOffset>>()
            .unwrap()
            .timestamp()
    };
    let at = |text: &str| UnixSeconds::new(seconds(text));
    for (from, months, to) in [
        // The hour after 01:00 on 1 November comes twice: the first one is meant.
        ("2026-10-01T01:30:00-04:00", 1, "2026-11-01T01:30:00-04:00"),
        // Whoever buys in either of them ends at what the clock showed.
        ("2026-11-01T01:30:00-04:00", 1, "2026-12-01T01:30:00-05:00"),
        ("2026-11-01T01:30:00-05:00", 1, "2026-12-01T01:30:00-05:00"),
    ] {
        assert_eq!(
            zone(NEW_YORK).months_after(at(from), months),
            at(to),
            "{from}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// The day is that of the beginning or the last of its month, the month is the right one, and the
    /// time of day stays where the clock has it.
    #[test]
    fn months_later_is_the_same_day_or_the_last(
        name in prop::sample::select(vec![SHANGHAI, NEW_YORK, "Europe/London", "Australia/Lord_Howe", "UTC"]),
        at in 0_i64..4_000_000_000,
        months in 0_u32..48,
    ) {
        let zone = zone(name);
        let from = UnixSeconds::new(at);
        let to = zone.months_after(from, months);
        let (began, ends) = (zone.wall_clock(from), zone.wall_clock(to));
        let count = |shown: NaiveDateTime| i64::from(shown.year()) * 12 + i64::from(shown.month0());
        prop_assert_eq!(count(began) + i64::from(months), count(ends));
        let is_last = ends.date().succ_opt().unwrap().month() != ends.month();
        prop_assert!(ends.day() == began.day() || is_last && ends.day() < began.day());
        // Later only by what the clock skipped.
        let skipped = ends.time().signed_duration_since(began.time());
        prop_assert!((0..=3_600).contains(&skipped.num_seconds()), "{began} {ends}");
    }

    /// Who begins on a later day never ends on an earlier one, and more months end later.
    #[test]
    fn months_later_never_goes_back(
        name in prop::sample::select(vec![SHANGHAI, NEW_YORK]),
        at in 0_i64..4_000_000_000,
        pause in 0_i64..10_000_000,
        months in 0_u32..48,
    ) {
        let zone = zone(name);
        let (early, late) = (UnixSeconds::new(at), UnixSeconds::new(at).plus(Seconds::new(pause)));
        let day = |at| zone.wall_clock(zone.months_after(at, months)).date();
        prop_assert!(day(early) <= day(late));
        prop_assert!(zone.months_after(early, months) < zone.months_after(early, months + 1));
    }
}
