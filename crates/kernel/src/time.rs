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
}

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
