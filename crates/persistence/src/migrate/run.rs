//! The driver: looks what a database is, and runs what it lacks.

use ferroboard_kernel::{StoreError, UnixSeconds};

use super::index_name::is_done;
use super::inspection::{self, Found};
use super::{MigrateError, Migrated, Migration, Origin, SchemaConnection};
use crate::options::{ConnectOptions, Location};

/// The migration that makes Xboard's own tables; an adopted database has it already.
pub(super) const XBOARD_SCHEMA: i64 = 1;

/// The migration that makes unique indexes on Xboard's tables.
const UNIQUE_INDEXES: i64 = 3;

/// Our record of what was done. `run_at` is NULL while a migration runs that cannot be undone half-way.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS ferro_migration (version bigint NOT NULL PRIMARY KEY, run_at bigint)";

/// Brings the database to the current schema; of several processes at once one does it and the
/// others find it done. A database that is refused is left as it was.
///
/// An empty database gets Xboard's whole schema and our tables; one that Xboard made gets only our
/// tables and indexes.
pub async fn migrate(options: &ConnectOptions, now: UnixSeconds) -> Result<Migrated, MigrateError> {
    let mut schema = open_schema(&options.url).await?;
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

/// Connects for looking at a schema or changing it.
async fn open_schema(url: &str) -> Result<Box<dyn SchemaConnection>, MigrateError> {
    match Location::parse(url)? {
        #[cfg(feature = "sqlite")]
        Location::Sqlite(path) => crate::sqlite::open_schema(&path).await,
        #[cfg(feature = "mysql")]
        Location::Mysql(url) => crate::mysql::open_schema(&url).await,
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => crate::postgres::open_schema(&url).await,
        #[allow(unreachable_patterns, reason = "reached when a feature is off")]
        other => Err(MigrateError::BackendMissing(other.name())),
    }
}

/// What the database still lacks; `None` when its schema is current.
pub(crate) async fn outstanding(url: &str) -> Result<Option<String>, MigrateError> {
    let mut schema = open_schema(url).await?;
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
