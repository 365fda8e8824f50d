//! What this room needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds};

use crate::{Counter, CounterName};

/// Counters that run out (`ferro_counter`).
#[async_trait]
pub trait CounterRepository: Send {
    /// The counter, unless it has run out. Its events are remembered for `window`: one that would run
    /// out later than that is not there ([`UnixSeconds::holds_at`]).
    async fn find_counter(
        &mut self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Option<Counter>, StoreError>;

    /// Counts one event and lets the counter run out `window` from now; a counter that is not there by
    /// [`find_counter`](Self::find_counter) starts again at one. Returns the new count.
    async fn update_counter(
        &mut self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        self.update_counter_by(name, 1, window, now).await
    }

    /// The same for an event that counts as `amount`, such as bytes. MUST be one atomic statement.
    async fn update_counter_by(
        &mut self,
        name: &CounterName,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError>;

    /// Those of the counters that are there by [`find_counter`](Self::find_counter).
    async fn list_counters(
        &mut self,
        names: &[CounterName],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Vec<CounterName>, StoreError>;

    /// Starts counters at one, each to run out at its time, in a fixed number of statements. None of
    /// them is there by [`find_counter`](Self::find_counter).
    async fn insert_counters(
        &mut self,
        counters: &[(CounterName, UnixSeconds)],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Forgets the counter, if there is one.
    async fn delete_counter(&mut self, name: &CounterName) -> Result<(), StoreError>;
}

/// All that this room may touch inside one transaction.
pub trait AttemptsTx: CounterRepository {}
impl<T: CounterRepository + ?Sized> AttemptsTx for T {}
