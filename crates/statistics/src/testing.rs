//! The in-memory table of this domain.

use std::collections::BTreeMap;

use ferroboard_kernel::UnixSeconds;

use crate::DaySums;

/// The tables of this domain, and those of others that it deletes from.
#[derive(Debug, Clone, Default)]
pub struct MemoryStatistics {
    /// `v2_stat`, by the day's midnight.
    pub days: BTreeMap<UnixSeconds, DaySums>,
    /// The rows of `v2_stat_server` that no other table in memory holds.
    pub node_records: Vec<NodeRecord>,
}

/// A row of `v2_stat_server`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRecord {
    /// Of which day.
    pub record_at: UnixSeconds,
    /// Bytes in both directions.
    pub traffic: i64,
    /// When the row was made.
    pub created_at: UnixSeconds,
}
