//! When a job's time has come.

use ferroboard_kernel::{Seconds, UnixSeconds, Zone};

/// When the schedule runs a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// So long after its last start.
    Every(Seconds),
    /// Once a day at this time of the panel's zone.
    Daily {
        /// 0 to 23.
        hour: u32,
        /// 0 to 59.
        minute: u32,
    },
    /// Never by itself.
    OnRequest,
}

/// How late a job may run that never ran before. A panel that is installed in the evening need not
/// mail what was due in the morning.
const FIRST_RUN_WITHIN: Seconds = Seconds::hours(1);

impl Schedule {
    /// Whether a job that last began at `last_started` is due. A daily job that missed its time runs
    /// when the panel is back, once however many days it missed.
    ///
    /// A start that lies ahead is none: a clock that was wrong once must not stop the job until then.
    pub fn is_due(self, last_started: Option<UnixSeconds>, now: UnixSeconds, zone: Zone) -> bool {
        let elapsed = last_started.and_then(|started| now.elapsed_since(started));
        match self {
            Self::Every(pause) => elapsed.is_none_or(|elapsed| elapsed >= pause),
            Self::Daily { hour, minute } => {
                let today = zone.time_on_day(now, hour, minute);
                let latest = if now >= today {
                    today
                } else {
                    zone.time_on_day(zone.start_of_day_before(now), hour, minute)
                };
                match elapsed {
                    Some(elapsed) => now.minus(elapsed) < latest,
                    None => now.since(latest) < FIRST_RUN_WITHIN,
                }
            }
            Self::OnRequest => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-01-01 00:00 in Shanghai.
    const MIDNIGHT: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn at(days: i64, hours: i64, minutes: i64) -> UnixSeconds {
        MIDNIGHT.plus(Seconds::minutes(days * 1_440 + hours * 60 + minutes))
    }

    #[test]
    fn a_daily_job_runs_once_a_day_and_late_rather_than_never() {
        let half_past_eleven = Schedule::Daily {
            hour: 11,
            minute: 30,
        };
        for (last, now, expected) in [
            (Some(at(0, 11, 30)), at(1, 11, 29), false),
            (Some(at(0, 11, 30)), at(1, 11, 30), true),
            (Some(at(1, 11, 30)), at(1, 23, 59), false),
            (Some(at(1, 11, 30)), at(2, 0, 1), false),
            // The panel was down: at noon, over night, for a week.
            (Some(at(0, 11, 30)), at(1, 15, 0), true),
            (Some(at(0, 11, 30)), at(2, 3, 0), true),
            (Some(at(0, 11, 30)), at(8, 0, 0), true),
            (Some(at(8, 0, 0)), at(8, 11, 29), false),
            // Never before: only when its time has just come.
            (None, at(0, 11, 29), false),
            (None, at(0, 11, 30), true),
            (None, at(0, 12, 29), true),
            (None, at(0, 12, 30), false),
        ] {
            let due = half_past_eleven.is_due(last, now, Zone::default());
            assert_eq!(due, expected, "{last:?} {now:?}");
        }
    }

    #[test]
    fn midnight_belongs_to_the_day_that_begins() {
        let midnight = Schedule::Daily { hour: 0, minute: 0 };
        let due = |last, now| midnight.is_due(Some(last), now, Zone::default());
        assert!(!due(at(0, 0, 0), at(0, 23, 59)));
        assert!(due(at(0, 0, 0), at(1, 0, 0)));
    }

    #[test]
    fn a_start_that_lies_ahead_stops_no_job() {
        let ahead = Some(at(400, 0, 0));
        let now = at(1, 11, 30);
        assert!(Schedule::Every(Seconds::new(60)).is_due(ahead, now, Zone::default()));
        let daily = Schedule::Daily {
            hour: 11,
            minute: 30,
        };
        assert!(daily.is_due(ahead, now, Zone::default()));
    }

    #[test]
    fn other_jobs_run_after_a_pause_or_never() {
        let pause = Schedule::Every(Seconds::new(60));
        let due = |last| pause.is_due(last, at(0, 1, 0), Zone::default());
        assert!(due(None) && due(Some(at(0, 0, 59))) && !due(Some(at(0, 1, 0))));
        assert!(!Schedule::OnRequest.is_due(None, MIDNIGHT, Zone::default()));
    }
}
