//! The driver: looks what a database is, and runs what it lacks.

use std::time::Duration;

use ferroboard_kernel::{StoreError, UnixSeconds};

use super::files::XBOARD_SCHEMA;
use super::index_name::is_done;
use super::inspection::{self, Adoption, Found};
use super::lock::Lock;
use super::open::{open_schema, require_file};
use super::plan::PlannedStep;
use super::structure::Structure;
use super::survey::{Changes, Survey};
use super::xboard_steps::{NEWER_REFUND, REPLACED};
use super::{MigrateError, Migrated, Migration, Origin, Refusal, SchemaConnection, Tell, checks};
use crate::kind::Kind;
use crate::options::{ConnectOptions, Location};
use crate::refund_column::RefundColumn;

/// The migration that makes the table of what was not found; see [`remember`].
const ADOPTION: i64 = 18;

/// Our record of what was done. `run_at` is NULL while a migration runs that cannot be undone half-way.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS ferro_migration (version bigint NOT NULL PRIMARY KEY, run_at bigint)";

/// What [`migrate_aloud`] does, without a word.
pub async fn migrate(options: &ConnectOptions, now: UnixSeconds) -> Result<Migrated, MigrateError> {
    migrate_aloud(options, now, &|_| {}).await
}

/// Brings the database to the current schema, and says in words what was found and what is done; of
/// several processes at once one does it and the others find it done. A database that is refused is left
/// as it was. A SQLite file that does not exist is made.
///
/// An empty database gets Xboard's whole schema and our tables. One that Xboard made is first brought over
/// the steps of Xboard's own list that it lacks, and then gets our tables and indexes.
pub async fn migrate_aloud(
    options: &ConnectOptions,
    now: UnixSeconds,
    tell: Tell<'_>,
) -> Result<Migrated, MigrateError> {
    let location = Location::parse(&options.url)?;
    #[cfg(feature = "sqlite")]
    if let Location::Sqlite(path) = &location
        && crate::sqlite::make_file(path)?
    {
        tell(&format!("A new, empty database was made: {path}"));
    }
    let mut schema = open_schema(&options.url).await?;
    let schema = schema.as_mut();
    // A look before the lock: what is refused, or current, is not touched at all.
    let found = inspection::inspect(schema).await?;
    refuse(&found, schema)?;
    if pending(&found, schema.dialect().migrations)
        .next()
        .is_none()
    {
        return Ok(Migrated {
            origin: Origin::Ferroboard,
            applied: Vec::new(),
        });
    }
    let lock = Lock::take(schema, &options.url).await?;
    let outcome = bring_up_to_date(schema, &lock, &location, options, now, tell).await;
    let released = lock.release(schema, outcome.is_ok()).await;
    if outcome.is_ok() {
        released?;
    } else if let Err(error) = released {
        // The connection ends with this function, and the transaction and lock with it.
        tracing::warn!(%error, "a failed migration could not be rolled back");
    }
    outcome
}

/// Says in words what [`migrate_aloud`] would find and do. Nothing is changed, nor made.
pub async fn survey(
    options: &ConnectOptions,
    now: UnixSeconds,
    tell: Tell<'_>,
) -> Result<(), MigrateError> {
    let location = Location::parse(&options.url)?;
    require_file(&location)?;
    let mut schema = open_schema(&options.url).await?;
    let schema = schema.as_mut();
    let found = inspection::inspect(schema).await?;
    let migrations = schema.dialect().migrations;
    Survey::make(schema, &location, options, &found, now)
        .await?
        .tell(
            &found,
            &pending(&found, migrations).collect::<Vec<_>>(),
            tell,
        );
    refuse(&found, schema)
}

fn refuse(found: &Found, schema: &dyn SchemaConnection) -> Result<(), MigrateError> {
    match found {
        Found::Empty => Ok(()),
        Found::Xboard(adoption) if adoption.plan.problems.is_empty() => Ok(()),
        Found::Xboard(adoption) => Err(Refusal::Unfit(adoption.plan.problems.clone()).into()),
        Found::Ferroboard(done) => Ok(inspection::refuse_newer(done, schema.dialect().migrations)?),
    }
}

/// Whether a database can be served from.
pub(crate) enum Readiness {
    /// Yes; what its column of two names is called.
    Current(RefundColumn),
    /// No, in words.
    Lacks(String),
}

/// Looks whether the schema is current.
pub(crate) async fn outstanding(url: &str) -> Result<Readiness, MigrateError> {
    let mut schema = open_schema(url).await?;
    let schema = schema.as_mut();
    let dialect = schema.dialect();
    let tables = schema.texts(dialect.tables).await?;
    let Some(done) = inspection::migrations_done(schema, &tables).await? else {
        let lack = "the database has not been prepared".to_owned();
        return Ok(Readiness::Lacks(lack));
    };
    inspection::refuse_newer(&done, dialect.migrations)?;
    if let Some(migration) = pending(&Found::Ferroboard(done), dialect.migrations).next() {
        let lack = format!("the database lacks migration {}", migration.name);
        return Ok(Readiness::Lacks(lack));
    }
    let newer = Structure::names_column(schema, NEWER_REFUND).await?;
    Ok(Readiness::Current(if newer {
        RefundColumn::Newer
    } else {
        RefundColumn::Older
    }))
}

async fn bring_up_to_date(
    schema: &mut dyn SchemaConnection,
    lock: &Lock,
    location: &Location,
    options: &ConnectOptions,
    now: UnixSeconds,
    tell: Tell<'_>,
) -> Result<Migrated, MigrateError> {
    let found = inspection::inspect(schema).await?;
    refuse(&found, schema)?;
    let origin = match &found {
        Found::Empty => Origin::Empty,
        Found::Xboard(_) => Origin::Xboard,
        Found::Ferroboard(_) => Origin::Ferroboard,
    };
    let pending: Vec<_> = pending(&found, schema.dialect().migrations).collect();
    let survey = Survey::make(schema, location, options, &found, now).await?;
    if pending.is_empty() {
        return Ok(Migrated {
            origin,
            applied: Vec::new(),
        });
    }
    survey.tell(&found, &pending, tell);
    let before = Structure::read(schema).await?;
    if let Found::Xboard(adoption) = &found {
        take_xboards_steps(schema, lock, adoption, tell).await?;
    }
    schema.execute(RECORD).await?;
    if origin == Origin::Xboard {
        record_begun(schema, XBOARD_SCHEMA).await?;
        record_done(schema, XBOARD_SCHEMA, now).await?;
    }
    let mut applied = Vec::new();
    for (place, migration) in pending.iter().enumerate() {
        lock.confirm(schema).await?;
        if origin != Origin::Empty {
            let (place, count) = (place + 1, pending.len());
            tell(&format!("  {place}/{count} {}", migration.name));
        }
        record_begun(schema, migration.version).await?;
        run(schema, migration, &survey, tell).await?;
        if migration.version == ADOPTION {
            remember(schema, &found, &before).await?;
            make_keys(schema, tell).await?;
        }
        record_done(schema, migration.version, now).await?;
        applied.push(migration.name);
    }
    let after = Structure::read(schema).await?;
    tell(&Changes::between(&before, &after).to_string());
    Ok(Migrated { origin, applied })
}

/// Brings a database of Xboard over the steps of Xboard's own list that it lacks, and records them there:
/// Xboard would run them again otherwise.
async fn take_xboards_steps(
    schema: &mut dyn SchemaConnection,
    lock: &Lock,
    adoption: &Adoption,
    tell: Tell<'_>,
) -> Result<(), MigrateError> {
    let plan = &adoption.plan;
    let batches = schema
        .texts("SELECT CAST(COALESCE(MAX(batch), 0) + 1 AS CHAR(20)) AS text FROM migrations")
        .await?;
    let batch = batches.first().map_or("1", String::as_str).to_owned();
    let record = |name: &str| {
        format!("INSERT INTO migrations (migration, batch) VALUES ('{name}', {batch})")
    };
    for step in &plan.steps {
        lock.confirm(schema).await?;
        tell(&format!("  Xboard's step {}", step.name));
        let taken = take_step(schema, step, &record(step.name)).await;
        taken.map_err(|reason| MigrateError::Failed {
            migration: step.name,
            reason,
        })?;
    }
    for name in &plan.unrecorded {
        schema.execute(&record(name)).await?;
    }
    for shape in &plan.shapes {
        lock.confirm(schema).await?;
        for statement in &shape.statements {
            schema.execute(statement).await?;
        }
    }
    Ok(())
}

/// Where each statement that changes a schema commits, a change of rows and its record are one
/// transaction, so that an interrupted run goes on and never does it twice.
async fn take_step(
    schema: &mut dyn SchemaConnection,
    step: &PlannedStep,
    record: &str,
) -> Result<(), StoreError> {
    let is_apart = schema.dialect().kind == Kind::Mysql;
    for statement in &step.statements {
        schema.execute(statement).await?;
    }
    if is_apart {
        schema.execute("START TRANSACTION").await?;
    }
    if let Some((change, rows)) = step.change
        && rows > 0
    {
        change.apply(schema).await?;
    }
    schema.execute(record).await?;
    if is_apart {
        schema.execute("COMMIT").await?;
    }
    Ok(())
}

/// Writes down which of the indexes that a migration of ours drops were not there, so that the way back
/// does not make them.
async fn remember(
    schema: &mut dyn SchemaConnection,
    found: &Found,
    before: &Structure,
) -> Result<(), StoreError> {
    let Found::Xboard(adoption) = found else {
        return Ok(());
    };
    for (index, step) in REPLACED {
        // Where the step that makes it was not run yet, it is one that Xboard would have made.
        let table = adoption
            .baseline
            .index(index)
            .map(|(table, _)| table.name.as_str());
        let was_dropped = table.is_some_and(|table| !before.has_index(table, index));
        if was_dropped && adoption.recorded.contains(step) {
            let note = format!("INSERT INTO ferro_adoption (item) VALUES ('missing:{index}')");
            schema.execute(&note).await?;
        }
    }
    Ok(())
}

/// Makes unique indexes in place of keys of Xboard's that are missing.
async fn make_keys(schema: &mut dyn SchemaConnection, tell: Tell<'_>) -> Result<(), StoreError> {
    let structure = Structure::read(schema).await?;
    for (table, column) in checks::missing_keys(&structure) {
        match checks::duplicates(schema, table, column, column).await? {
            None => {
                let name = checks::key_name(table, column);
                let quoted = schema.dialect().kind.quote(column);
                let make = format!("CREATE UNIQUE INDEX {name} ON {table} ({quoted})");
                schema.execute(&make).await?;
            }
            // A panel that runs is not stopped for it.
            Some(problem) => tell(&format!("  no unique key was made: {problem}")),
        }
    }
    Ok(())
}

/// The migrations that the database lacks, in order.
fn pending<'a>(
    found: &'a Found,
    migrations: &'static [Migration],
) -> impl Iterator<Item = &'static Migration> + 'a {
    migrations.iter().filter(move |migration| match found {
        Found::Empty => true,
        Found::Xboard(_) => migration.version != XBOARD_SCHEMA,
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

/// Runs a migration statement by statement. Where the transaction around it cannot undo it, indexes and columns
/// are passed over that an interrupted run has made or dropped. (Tables of such databases are made with `IF NOT
/// EXISTS`; for indexes not all of them know that.)
async fn run(
    schema: &mut dyn SchemaConnection,
    migration: &'static Migration,
    survey: &Survey,
    tell: Tell<'_>,
) -> Result<(), MigrateError> {
    // Where each statement commits, a migration goes on from where it stopped. A node of a cluster undoes what
    // is in the way of another one, looks at the schema too.
    let mut attempts = match schema.dialect().begin {
        None => 20,
        Some(_) => 1,
    };
    loop {
        attempts -= 1;
        match run_each(schema, migration.up, survey, tell).await {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict(reason)) if attempts > 0 => {
                tracing::warn!(reason, migration = migration.name, "it is run again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err(reason) => {
                return Err(MigrateError::Failed {
                    migration: migration.name,
                    reason,
                });
            }
        }
    }
}

async fn run_each(
    schema: &mut dyn SchemaConnection,
    statements: &str,
    survey: &Survey,
    tell: Tell<'_>,
) -> Result<(), StoreError> {
    let existing = if schema.dialect().begin.is_none() {
        Structure::read(schema).await?.names()
    } else {
        Vec::new()
    };
    for statement in statements.split_inclusive(";\n") {
        let is_passed = schema.dialect().begin.is_none() && is_done(statement, &existing);
        if is_passed || statement.trim().is_empty() {
            continue;
        }
        if let Some(work) = survey.heavy_work(statement) {
            tell(&format!("      {work}"));
        }
        schema
            .execute(statement.trim().trim_end_matches(';'))
            .await?;
    }
    Ok(())
}
