//! The in-memory table of this room.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds};

use crate::{Counter, CounterName, CounterRepository};

/// The table of this room.
#[derive(Debug, Clone, Default)]
pub struct MemoryAttempts {
    /// `ferro_counter`, by name.
    pub counters: BTreeMap<String, Counter>,
}

impl AsMut<Self> for MemoryAttempts {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

/// A transaction that holds this room's table.
pub trait HasAttempts: Send {
    /// The table as the transaction sees it; an error once the transaction is over.
    fn attempts(&mut self) -> Result<&mut MemoryAttempts, StoreError>;

    /// Ends the transaction because of this error, as a real database would, and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

/// The tables of a domain may hold this one.
impl<T: AsMut<MemoryAttempts> + Clone + Send> HasAttempts for MemoryTransaction<'_, T> {
    fn attempts(&mut self) -> Result<&mut MemoryAttempts, StoreError> {
        Ok(self.open()?.as_mut())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl<T: HasAttempts> CounterRepository for T {
    async fn find_counter(
        &mut self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Option<Counter>, StoreError> {
        let counter = self.attempts()?.counters.get(name.as_str()).copied();
        Ok(counter.filter(|counter| counter.expires_at.holds_at(now, window)))
    }

    async fn update_counter_by(
        &mut self,
        name: &CounterName,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        let counters = &mut self.attempts()?.counters;
        let before = counters
            .get(name.as_str())
            .filter(|counter| counter.expires_at.holds_at(now, window));
        let count = before.map_or(0, |counter| counter.count) + amount;
        counters.insert(
            name.as_str().to_owned(),
            Counter {
                count,
                expires_at: now.plus(window),
            },
        );
        Ok(count)
    }

    async fn list_counters(
        &mut self,
        names: &[CounterName],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<Vec<CounterName>, StoreError> {
        let mut found = Vec::new();
        for name in names {
            if self.find_counter(name, window, now).await?.is_some() {
                found.push(name.clone());
            }
        }
        Ok(found)
    }

    async fn insert_counters(
        &mut self,
        counters: &[(CounterName, UnixSeconds)],
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        for (name, expires_at) in counters {
            if self.find_counter(name, window, now).await?.is_some() {
                return Err(self.fail(StoreError::Duplicate {
                    constraint: "ferro_counter.name".to_owned(),
                }));
            }
            let counter = Counter {
                count: 1,
                expires_at: *expires_at,
            };
            let counters = &mut self.attempts()?.counters;
            counters.insert(name.as_str().to_owned(), counter);
        }
        Ok(())
    }

    async fn delete_counter(&mut self, name: &CounterName) -> Result<(), StoreError> {
        self.attempts()?.counters.remove(name.as_str());
        Ok(())
    }
}
