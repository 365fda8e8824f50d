use std::sync::atomic::{AtomicI64, Ordering};

use crate::{Clock, Seconds, UnixSeconds};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this instant.
    pub fn at(now: UnixSeconds) -> Self {
        Self(AtomicI64::new(now.get()))
    }

    /// Sets the clock.
    pub fn set(&self, now: UnixSeconds) {
        self.0.store(now.get(), Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn advance(&self, span: Seconds) {
        self.0.fetch_add(span.get(), Ordering::SeqCst);
    }
}

impl Default for FixedClock {
    /// 2025-01-01 00:00 in Shanghai.
    fn default() -> Self {
        Self::at(UnixSeconds::new(1_735_660_800))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixSeconds {
        UnixSeconds::new(self.0.load(Ordering::SeqCst))
    }
}
