//! Whether other servers write to the same database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of the servers behind a pool. Clones share it.
///
/// On a server that writes alone, `SELECT … FOR UPDATE` keeps every other transaction from the row. In
/// a cluster it keeps only those of the same server: there two transactions conflict over what both
/// write, and over nothing else. So there each lock writes a row (ADR 0017).
#[derive(Debug, Clone, Default)]
pub(crate) struct Cluster(Arc<AtomicBool>);

impl Cluster {
    /// Notes that a connection leads to a server that does not write alone, or may not. A server that
    /// joins a cluster restarts for it: every connection to it is made after this was asked of one.
    #[cfg(feature = "mysql")]
    pub(crate) fn note_other_writers(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether a lock has to write.
    pub(crate) fn has_other_writers(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
