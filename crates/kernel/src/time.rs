//! Instants and spans in whole seconds.

/// An instant: seconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct UnixSeconds(i64);

impl UnixSeconds {
    /// The instant this many seconds after the epoch.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The instant `span` later; it stays at the last representable one instead of overflowing.
    #[must_use]
    pub const fn plus(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The instant `span` earlier.
    #[must_use]
    pub const fn minus(self, span: Seconds) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// The span from `earlier` to this instant; negative when this one comes first.
    pub const fn since(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0))
    }

    /// The latest start that can have been stored by now. A later one was written by a clock that was
    /// ahead, and counts as not there.
    #[must_use]
    pub const fn latest_start(self) -> Self {
        self.plus(CLOCK_SKEW)
    }

    /// The latest end that can have been stored by now where ends lie `limit` ahead at most. A later one
    /// was written by a clock that was ahead, and counts as not there.
    #[must_use]
    pub const fn latest_end(self, limit: Seconds) -> Self {
        self.plus(limit).plus(CLOCK_SKEW)
    }

    /// How long ago `start` was by what is stored; `None` for one that lies ahead. One that lies ahead by no
    /// more than two clocks may differ is now.
    pub fn elapsed_since(self, start: Self) -> Option<Seconds> {
        let elapsed = self.since(start).max(Seconds::new(0));
        (start <= self.latest_start()).then_some(elapsed)
    }

    /// Whether this end, which was set `limit` ahead at most, is still to come at `now`.
    pub fn holds_at(self, now: Self, limit: Seconds) -> bool {
        now < self && self <= now.latest_end(limit)
    }
}

/// How far the clocks may differ that write the same rows: those of several processes and of databases.
/// Whatever lies ahead by less is not the work of a wrong clock.
pub const CLOCK_SKEW: Seconds = Seconds::minutes(1);

/// A span of time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Seconds(i64);

impl Seconds {
    /// This many seconds.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// This many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// This many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600))
    }

    /// This many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(86_400))
    }

    /// The number of seconds.
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
    const DAY: i64 = 86_400;

    #[test]
    fn a_start_that_lies_ahead_is_none() {
        for (ahead, expected) in [
            (-30 * DAY, Some(30 * DAY)),
            (-1, Some(1)),
            (0, Some(0)),
            (60, Some(0)),
            (61, None),
            (30 * DAY, None),
        ] {
            let elapsed = NOW.elapsed_since(NOW.plus(Seconds::new(ahead)));
            assert_eq!(elapsed.map(Seconds::get), expected, "{ahead}");
        }
        let (first, last) = (UnixSeconds::new(i64::MIN), UnixSeconds::new(i64::MAX));
        assert_eq!(last.elapsed_since(first), Some(Seconds::new(i64::MAX)));
        assert_eq!(first.elapsed_since(last), None);
    }

    #[test]
    fn an_end_further_away_than_its_rule_allows_has_passed() {
        let limit = Seconds::minutes(10);
        for (ahead, expected) in [
            (-30 * DAY, false),
            (0, false),
            (1, true),
            (600, true),
            (660, true),
            (661, false),
            (30 * DAY, false),
        ] {
            let end = NOW.plus(Seconds::new(ahead));
            assert_eq!(end.holds_at(NOW, limit), expected, "{ahead}");
        }
        let last = UnixSeconds::new(i64::MAX);
        assert!(last.holds_at(NOW, Seconds::new(i64::MAX)));
        assert!(!last.holds_at(last, limit));
    }
}
