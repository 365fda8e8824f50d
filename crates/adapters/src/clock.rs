use std::time::{SystemTime, UNIX_EPOCH};

use ferroboard_kernel::{Clock, UnixSeconds};

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixSeconds {
        #[allow(clippy::disallowed_methods, reason = "this is the Clock port")]
        let now = SystemTime::now();
        // A clock before 1970 is not set at all.
        let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixSeconds::new(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_of_this_century() {
        let now = SystemClock.now();
        assert!(now > UnixSeconds::new(1_700_000_000));
        assert!(now < UnixSeconds::new(4_102_444_800));
    }
}
