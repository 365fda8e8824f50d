//! The fourth database.

mod chats;
mod demo;
mod devices;
mod gift_cards;
mod knowledge;
mod ledger;
mod managed_users;
mod money_queries;
mod money_seed;
mod node_queries;
mod node_seed;
mod panel;
mod queries;
mod real_names;
mod seed;
mod shadows;
mod statistics;
mod subscription_queries;
mod tables;
mod touched;
mod transaction;
mod upkeep;
mod upkeep_seed;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use ferroboard_application::{Queries, Store, UnitOfWork};
use ferroboard_kernel::StoreError;
use tokio::sync::Mutex;

use crate::FixedClock;

pub use panel::MemoryPanel;
pub use tables::{MemoryTables, UserRow};
pub use transaction::MemoryTx;

/// How long a transaction waits for the one writer before it is refused, as on SQLite.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database in memory, empty when it is made. Clones are the same database.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    committed: Arc<RwLock<MemoryTables>>,
    writer: Arc<Mutex<()>>,
    uses: Arc<AtomicU64>,
    commits: Arc<AtomicU64>,
    clock: Arc<FixedClock>,
}

impl MemoryStore {
    /// An empty one whose own clock is this one.
    pub fn with_clock(clock: Arc<FixedClock>) -> Self {
        Self {
            clock,
            ..Self::default()
        }
    }

    /// How often something was read or changed.
    pub fn uses(&self) -> u64 {
        self.uses.load(Ordering::Relaxed)
    }

    /// How many transactions were committed.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Reads what is committed.
    pub fn read<T>(&self, look: impl FnOnce(&MemoryTables) -> T) -> T {
        self.uses.fetch_add(1, Ordering::Relaxed);
        look(
            &self
                .committed
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Changes what is committed without a transaction, as another program might. MUST NOT be
    /// called while a transaction is open: its commit would undo the change.
    pub fn write<T>(&self, change: impl FnOnce(&mut MemoryTables) -> T) -> T {
        self.uses.fetch_add(1, Ordering::Relaxed);
        let tables = self.committed.write();
        let mut tables = tables.unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut tables);
        tables.check();
        changed
    }

    /// Opens a transaction; what [`Store::begin`] does, without the box. [`MemoryTx::commit`] ends it;
    /// dropped, it never was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another transaction stays open for ten seconds.
    pub async fn transaction(&self) -> Result<MemoryTx, StoreError> {
        let waited = tokio::time::timeout(PATIENCE, self.writer.clone().lock_owned()).await;
        let Ok(turn) = waited else {
            let reason = "another transaction stayed open; was one begun inside another?";
            return Err(StoreError::Conflict(reason.to_owned()));
        };
        Ok(MemoryTx::new(
            self.clone(),
            self.read(MemoryTables::clone),
            turn,
        ))
    }
}

impl Queries for MemoryStore {}

#[async_trait]
impl Store for MemoryStore {
    async fn begin_reading(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let tables = self.read(MemoryTables::clone);
        Ok(Box::new(MemoryTx::reading(self.clone(), tables)))
    }

    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(self.transaction().await?))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
