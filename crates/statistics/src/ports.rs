//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds};

use crate::{Day, DaySums};

/// `v2_stat`, and what its records are made of.
#[async_trait]
pub trait StatisticsRepository: Send {
    /// Sums up the day: orders by `created_at` and by `paid_at`, `v2_commission_log`, accounts, and
    /// rows of `v2_stat_server` that were made that day.
    async fn sum_day(&mut self, day: Day) -> Result<DaySums, StoreError>;

    /// Writes the record of the day in place of an earlier one. The caller keeps others from doing the
    /// same at the same moment.
    async fn update_day(
        &mut self,
        day: Day,
        sums: &DaySums,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes up to `limit` rows each of `v2_stat_user` and `v2_stat_server` with an earlier
    /// `record_at`; how many.
    async fn delete_traffic_records(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait StatisticsTx: StatisticsRepository {}
impl<T: StatisticsRepository + ?Sized> StatisticsTx for T {}
