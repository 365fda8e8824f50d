//! When a delivery is tried again, and when it is given up.

use ferroboard_kernel::{Seconds, UnixSeconds};

/// The pauses after the first attempt, the second, and so on: nearly three days together.
const PAUSES: [Seconds; 11] = [
    Seconds::minutes(1),
    Seconds::minutes(5),
    Seconds::minutes(15),
    Seconds::minutes(30),
    Seconds::hours(1),
    Seconds::hours(2),
    Seconds::hours(4),
    Seconds::hours(8),
    Seconds::hours(12),
    Seconds::hours(20),
    Seconds::hours(24),
];

/// How often a delivery is tried.
pub const MOST_ATTEMPTS: i64 = 12;

/// No pause is longer: what would wait longer was put back by a clock that was wrong.
pub const LONGEST_PAUSE: Seconds = Seconds::hours(24);

/// How long an endpoint may fail before it is switched off.
pub const FAILING_LIMIT: Seconds = Seconds::days(3);

/// What follows an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// The next attempt, from this time on.
    RetryAt(UnixSeconds),
    /// It was the last one.
    GiveUp,
}

/// What follows the failure of an attempt before which so many were made.
pub fn after_failure(attempts_before: i64, now: UnixSeconds) -> AfterFailure {
    let place = usize::try_from(attempts_before.max(0)).unwrap_or(usize::MAX);
    match PAUSES.get(place) {
        Some(pause) => AfterFailure::RetryAt(now.plus(*pause)),
        None => AfterFailure::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_within_three_days() {
        let mut now = UnixSeconds::new(0);
        let mut attempts = 0;
        let mut last = Seconds::new(0);
        while let AfterFailure::RetryAt(at) = after_failure(attempts, now) {
            let pause = at.since(now);
            assert!(pause > last && pause <= LONGEST_PAUSE, "{attempts}");
            (last, now, attempts) = (pause, at, attempts + 1);
        }
        assert_eq!(attempts + 1, MOST_ATTEMPTS);
        assert!(now > UnixSeconds::new(0).plus(Seconds::days(2)));
        assert!(now <= UnixSeconds::new(0).plus(FAILING_LIMIT));
    }

    #[test]
    fn odd_counts_are_no_other_rule() {
        let now = UnixSeconds::new(9);
        assert_eq!(after_failure(-3, now), after_failure(0, now));
        assert_eq!(after_failure(i64::MAX, now), AfterFailure::GiveUp);
    }
}
