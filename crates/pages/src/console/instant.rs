//! Instants as browsers ask for them: `2026-11-29T11:30` by the operator's clock.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use ferroboard_kernel::{UnixSeconds, Zone};

/// The instant of a text; a day without a time is meant from its beginning.
pub(crate) fn parsed(text: &str, zone: Zone) -> Option<i64> {
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let shown = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let shown = shown.or_else(|| Some(day()?.and_time(NaiveTime::MIN)))?;
    Some(zone.instant(shown).get())
}

/// The text of an instant.
pub(crate) fn written(at: i64, zone: Zone) -> String {
    let shown = zone.wall_clock(UnixSeconds::new(at));
    shown.format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        assert_eq!(
            parsed(&written(1_700_000_000, zone), zone),
            Some(1_700_000_000)
        );
        assert_eq!(parsed("1970-01-02", zone), Some(86_400 - 8 * 3_600));
        for odd in ["", "soon", "2026-02-30", "2026-13-01T00:00", "12:00"] {
            assert_eq!(parsed(odd, zone), None, "{odd}");
        }
    }
}
