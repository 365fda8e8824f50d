//! Keeps other processes out while a schema is changed.
//!
//! Where everything is done in one transaction, that transaction does. Elsewhere it is a row with a lease: a
//! lock that the server keeps in its memory would hold on one node of a cluster only. Time is the
//! database's, so that the clocks of the panels need not agree.

use std::time::{Duration, Instant};

use ferroboard_kernel::{CLOCK_SKEW, StoreError};
use tokio::task::JoinHandle;

use super::open::open_schema;
use super::{MigrateError, SchemaConnection};

/// The table of the lease.
pub(super) const TABLE: &str = "ferro_migration_lock";

/// How long a lease lasts unless it is renewed: whoever dies keeps others out for so long.
const LEASE_SECONDS: i64 = 60;

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(15);

/// How long one waits for another process, and how often one looks.
const PATIENCE: Duration = Duration::from_secs(1800);
const GLANCE: Duration = Duration::from_millis(200);

/// That the schema is ours alone.
pub(super) enum Lock {
    /// For as long as the transaction is open.
    Transaction,
    /// For as long as it is renewed.
    Lease(Lease),
}

/// A lease of this process.
pub(super) struct Lease {
    holder: String,
    renewal: JoinHandle<()>,
}

impl Lock {
    /// Waits until no other process changes the schema.
    pub(super) async fn take(
        schema: &mut dyn SchemaConnection,
        url: &str,
    ) -> Result<Self, MigrateError> {
        let Some(begin) = schema.dialect().begin else {
            return Lease::take(schema, url).await.map(Self::Lease);
        };
        match schema.execute(begin).await {
            Ok(()) => Ok(Self::Transaction),
            Err(StoreError::Conflict(_)) => Err(MigrateError::Locked),
            Err(other) => Err(other.into()),
        }
    }

    /// Makes sure that the schema is ours still.
    pub(super) async fn confirm(
        &self,
        schema: &mut dyn SchemaConnection,
    ) -> Result<(), MigrateError> {
        match self {
            Self::Transaction => Ok(()),
            Self::Lease(lease) => {
                renew(schema, &lease.holder).await?;
                if is_held(schema, &lease.holder).await? {
                    Ok(())
                } else {
                    Err(MigrateError::LeaseLost)
                }
            }
        }
    }

    /// Keeps what was done where it is good, undoes it as far as this database can where not, and lets
    /// others in.
    pub(super) async fn release(
        self,
        schema: &mut dyn SchemaConnection,
        is_good: bool,
    ) -> Result<(), StoreError> {
        match self {
            Self::Transaction if is_good => schema.execute("COMMIT").await,
            Self::Transaction => schema.execute("ROLLBACK").await,
            Self::Lease(lease) => {
                lease.renewal.abort();
                if !is_good {
                    // A change of rows may be under way.
                    schema.execute("ROLLBACK").await?;
                }
                // The table may have gone with the rest of what is ours.
                let free = format!(
                    "UPDATE {TABLE} SET holder = NULL, leased_until = 0 WHERE holder = '{}'",
                    lease.holder
                );
                let tables = schema.texts(schema.dialect().tables).await?;
                if tables.iter().any(|table| table == TABLE) {
                    schema.execute(&free).await?;
                }
                Ok(())
            }
        }
    }
}

impl Lease {
    async fn take(schema: &mut dyn SchemaConnection, url: &str) -> Result<Self, MigrateError> {
        let names = schema.texts("SELECT UUID() AS text").await?;
        let holder = names.into_iter().next().unwrap_or_default();
        let deadline = Instant::now() + PATIENCE;
        while !try_take(schema, &holder).await? {
            if Instant::now() > deadline {
                return Err(MigrateError::Locked);
            }
            tokio::time::sleep(GLANCE).await;
        }
        let mut second = open_schema(url).await?;
        let name = holder.clone();
        let renewal = tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWAL).await;
                if let Err(error) = renew(second.as_mut(), &name).await {
                    tracing::warn!(%error, "the lease of the migration could not be renewed");
                }
            }
        });
        Ok(Self { holder, renewal })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

async fn try_take(schema: &mut dyn SchemaConnection, holder: &str) -> Result<bool, StoreError> {
    let make = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (id bigint NOT NULL PRIMARY KEY, holder varchar(64), \
         leased_until bigint NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    );
    let first = format!("INSERT IGNORE INTO {TABLE} (id, leased_until) VALUES (1, 0)");
    // As `UnixSeconds::holds_at` says it.
    let longest = LEASE_SECONDS.saturating_add(CLOCK_SKEW.get());
    let take = format!(
        "UPDATE {TABLE} SET holder = '{holder}', leased_until = UNIX_TIMESTAMP() + {LEASE_SECONDS} \
         WHERE id = 1 AND (leased_until <= UNIX_TIMESTAMP() OR leased_until > UNIX_TIMESTAMP() + {longest})"
    );
    for statement in [make, first, take] {
        match schema.execute(&statement).await {
            Ok(()) => {}
            // Another node of a cluster was first.
            Err(StoreError::Conflict(_)) => return Ok(false),
            Err(other) => return Err(other),
        }
    }
    is_held(schema, holder).await
}

async fn renew(schema: &mut dyn SchemaConnection, holder: &str) -> Result<(), StoreError> {
    let renew = format!(
        "UPDATE {TABLE} SET leased_until = UNIX_TIMESTAMP() + {LEASE_SECONDS} \
         WHERE holder = '{holder}' AND leased_until > UNIX_TIMESTAMP()"
    );
    schema.execute(&renew).await
}

async fn is_held(schema: &mut dyn SchemaConnection, holder: &str) -> Result<bool, StoreError> {
    let query = format!(
        "SELECT holder AS text FROM {TABLE} WHERE holder = '{holder}' \
         AND leased_until > UNIX_TIMESTAMP()"
    );
    Ok(!schema.texts(&query).await?.is_empty())
}
