//! The in-memory table of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{StoreError, UnixSeconds};

use crate::{Day, DaySums, StatisticsRepository};

/// The tables of this domain, and those of others that it deletes from.
#[derive(Debug, Clone, Default)]
pub struct MemoryStatistics {
    /// `v2_stat`, by the day's midnight.
    pub days: BTreeMap<UnixSeconds, DaySums>,
    /// The rows of `v2_stat_server` that no other table in memory holds.
    pub node_records: Vec<NodeRecord>,
    /// What days brought, by the day's midnight, where these tables stand alone; other domains know it
    /// where there are some.
    pub brought: BTreeMap<UnixSeconds, DaySums>,
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

/// The traffic of a day is that of its [`MemoryStatistics::node_records`] beside what it
/// [`MemoryStatistics::brought`].
#[async_trait]
impl StatisticsRepository for MemoryTransaction<'_, MemoryStatistics> {
    async fn sum_day(&mut self, day: Day) -> Result<DaySums, StoreError> {
        let tables = self.open()?;
        let mut sums = tables.brought.get(&day.from).copied().unwrap_or_default();
        let records = tables.node_records.iter();
        let records =
            records.filter(|row| day.from <= row.created_at && row.created_at < day.until);
        sums.traffic += records.map(|row| row.traffic).sum::<i64>();
        Ok(sums)
    }

    async fn update_day(
        &mut self,
        day: Day,
        sums: &DaySums,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.open()?.days.insert(day.from, *sums);
        Ok(())
    }

    async fn delete_traffic_records(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        self.open()?.node_records.retain(|row| {
            let goes = removed < u64::from(limit) && row.record_at < before;
            removed += u64::from(goes);
            !goes
        });
        Ok(removed)
    }
}
