use std::sync::atomic::{AtomicU64, Ordering};

/// How far a use case is that takes long. Whoever runs it may look at the same value meanwhile.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    /// One more is done.
    pub fn step(&self) {
        self.add(1);
    }

    /// So many more are done.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many are done.
    pub fn done(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
