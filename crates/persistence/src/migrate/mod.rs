//! Brings a database to the current schema: an empty one, one that Xboard made, or an older one of ours.

mod files;
mod index_name;
mod inspection;
mod refusal;
mod schema_connection;

use ferroboard_kernel::{StoreError, UnixSeconds};

use self::index_name::is_done;
use self::inspection::Found;
use crate::options::{ConnectOptions, InvalidUrl};

#[cfg(feature = "mysql")]
pub(crate) use files::MYSQL;
pub(crate) use files::Migration;
#[cfg(feature = "postgres")]
pub(crate) use files::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use files::SQLITE;
pub use refusal::Refusal;
pub(crate) use schema_connection::{Dialect, SchemaConnection};

/// The migration that makes Xboard's own tables; an adopted database has it already.
const XBOARD_SCHEMA: i64 = 1;

/// The migration that makes unique indexes on Xboard's tables.
const UNIQUE_INDEXES: i64 = 3;

/// Our record of what was done. `run_at` is NULL while a migration runs that cannot be undone half-way.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS ferro_migration (version bigint NOT NULL PRIMARY KEY, run_at bigint)";

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// What was found.
    pub origin: Origin,
    /// The names of the migrations that were run, in order; none when the schema was current.
    pub applied: Vec<&'static str>,
}

/// What a database was before it was migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Empty.
    Empty,
    /// Made by Xboard; from now on ours as well.
    Xboard,
    /// Ours.
    Ferroboard,
}

/// Why a database was not brought to the current schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// The URL names no database.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// The database is of a kind that this program was built without.
    #[error("this program was built without support for {0}")]
    BackendMissing(&'static str),
    /// The database file cannot be made.
    #[error("the database file {path} cannot be made: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The database cannot be reached.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another process held the lock for a minute.
    #[error("another process has been migrating this database for more than a minute")]
    Locked,
    /// The database is not one that may be migrated. Nothing was changed.
    #[error("{0}; nothing was changed")]
    Refused(#[from] Refusal),
    /// A migration failed.
    #[error("migration {migration} failed: {reason}")]
    Failed {
        /// Which one.
        migration: &'static str,
        /// What the database reported.
        reason: StoreError,
    },
    /// Looking at the database, or recording what was done, failed.
    #[error("the migration could not be carried out: {0}")]
    Store(#[from] StoreError),
}

/// Brings the database to the current schema; of several processes at once one does it and the
/// others find it done. A database that is refused is left as it was.
///
/// An empty database gets Xboard's whole schema and our tables; one that Xboard made gets only our
/// tables and indexes.
pub async fn migrate(options: &ConnectOptions, now: UnixSeconds) -> Result<Migrated, MigrateError> {
    let mut schema = crate::store::open_schema(&options.url).await?;
    let schema = schema.as_mut();
    lock(schema).await?;
    let outcome = bring_up_to_date(schema, now).await;
    let dialect = schema.dialect();
    match &outcome {
        Ok(_) => schema.execute(dialect.end).await?,
        Err(_) => {
            if let Err(error) = schema.execute(dialect.abandon).await {
                // The connection ends with this function, and the transaction and lock with it.
                tracing::warn!(%error, "a refused migration could not be rolled back");
            }
        }
    }
    outcome
}

/// What the database still lacks; `None` when its schema is current.
pub(crate) async fn outstanding(url: &str) -> Result<Option<String>, MigrateError> {
    let mut schema = crate::store::open_schema(url).await?;
    let schema = schema.as_mut();
    let found = inspection::inspect(schema).await?;
    let Found::Ferroboard(done) = &found else {
        return Ok(Some("the database has not been prepared".to_owned()));
    };
    inspection::refuse_newer(done, schema.dialect().migrations)?;
    Ok(pending(&found, schema.dialect().migrations)
        .next()
        .map(|migration| format!("the database lacks migration {}", migration.name)))
}

async fn lock(schema: &mut dyn SchemaConnection) -> Result<(), MigrateError> {
    let dialect = schema.dialect();
    schema
        .execute(dialect.begin)
        .await
        .map_err(|error| match error {
            StoreError::Conflict(_) => MigrateError::Locked,
            other => MigrateError::Store(other),
        })?;
    if let Some(query) = dialect.lock {
        let answer = schema.texts(query).await?;
        if answer.first().map(String::as_str) != Some("1") {
            return Err(MigrateError::Locked);
        }
    }
    Ok(())
}

async fn bring_up_to_date(
    schema: &mut dyn SchemaConnection,
    now: UnixSeconds,
) -> Result<Migrated, MigrateError> {
    let found = inspection::inspect(schema).await?;
    let migrations = schema.dialect().migrations;
    let origin = match &found {
        Found::Empty => Origin::Empty,
        Found::Xboard => Origin::Xboard,
        Found::Ferroboard(done) => {
            inspection::refuse_newer(done, migrations)?;
            Origin::Ferroboard
        }
    };
    let pending: Vec<_> = pending(&found, migrations).collect();
    let runs = |version| pending.iter().any(|migration| migration.version == version);
    if runs(UNIQUE_INDEXES) && !runs(XBOARD_SCHEMA) {
        inspection::refuse_duplicates(schema).await?;
    }
    if pending.is_empty() {
        return Ok(Migrated {
            origin,
            applied: Vec::new(),
        });
    }
    schema.execute(RECORD).await?;
    if origin == Origin::Xboard {
        record_begun(schema, XBOARD_SCHEMA).await?;
        record_done(schema, XBOARD_SCHEMA, now).await?;
    }
    let mut applied = Vec::new();
    for migration in pending {
        record_begun(schema, migration.version).await?;
        run(schema, migration).await?;
        record_done(schema, migration.version, now).await?;
        applied.push(migration.name);
    }
    Ok(Migrated { origin, applied })
}

/// The migrations that the database lacks, in order.
fn pending<'a>(
    found: &'a Found,
    migrations: &'static [Migration],
) -> impl Iterator<Item = &'static Migration> + 'a {
    migrations.iter().filter(move |migration| match found {
        Found::Empty => true,
        Found::Xboard => migration.version != XBOARD_SCHEMA,
        Found::Ferroboard(done) => !done.contains(&migration.version),
    })
}

async fn record_begun(schema: &mut dyn SchemaConnection, version: i64) -> Result<(), StoreError> {
    schema
        .execute(&format!(
            "INSERT INTO ferro_migration (version) SELECT {version} FROM (SELECT 1 AS one) AS one_row \
             WHERE NOT EXISTS (SELECT 1 FROM ferro_migration WHERE version = {version})"
        ))
        .await
}

async fn record_done(
    schema: &mut dyn SchemaConnection,
    version: i64,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let now = now.get();
    schema
        .execute(&format!(
            "UPDATE ferro_migration SET run_at = {now} WHERE version = {version}"
        ))
        .await
}

/// Runs a migration: as a whole where the transaction around it can undo it, and else statement by
/// statement, passing over indexes that an interrupted run has made or dropped. (Tables of such
/// databases are made with `IF NOT EXISTS`; for indexes not all of them know that.)
async fn run(
    schema: &mut dyn SchemaConnection,
    migration: &'static Migration,
) -> Result<(), MigrateError> {
    let outcome = match schema.dialect().indexes {
        None => schema.execute(migration.up).await,
        Some(query) => run_each(schema, migration.up, query).await,
    };
    outcome.map_err(|reason| MigrateError::Failed {
        migration: migration.name,
        reason,
    })
}

async fn run_each(
    schema: &mut dyn SchemaConnection,
    statements: &str,
    indexes: &str,
) -> Result<(), StoreError> {
    let existing = schema.texts(indexes).await?;
    for statement in statements.split_inclusive(";\n") {
        if !is_done(statement, &existing) && !statement.trim().is_empty() {
            schema
                .execute(statement.trim().trim_end_matches(';'))
                .await?;
        }
    }
    Ok(())
}
