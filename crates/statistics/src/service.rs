use ferroboard_kernel::{StoreError, UnixSeconds, Zone};

use crate::{Day, StatisticsPolicy, StatisticsTx};

/// What may be done with statistics, each over an open transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatisticsService;

impl StatisticsService {
    /// Records what the day brought. However often: the record says what is known now.
    pub async fn record(
        self,
        tx: &mut dyn StatisticsTx,
        day: Day,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let sums = tx.sum_day(day).await?.fitting();
        tx.update_day(day, &sums, now).await
    }

    /// Deletes a part of what is older than the policy keeps; how many rows. Nothing is left once it
    /// says 0.
    pub async fn forget(
        self,
        tx: &mut dyn StatisticsTx,
        limit: u32,
        now: UnixSeconds,
        zone: Zone,
    ) -> Result<u64, StoreError> {
        let since = zone.months_before(now, StatisticsPolicy::TRAFFIC_MONTHS);
        tx.delete_traffic_records(since, limit).await
    }
}
