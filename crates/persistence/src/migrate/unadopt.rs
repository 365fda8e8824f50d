//! The way back: takes away what is ours, so that Xboard finds the schema that it left.

use ferroboard_kernel::StoreError;

use super::baseline::Baseline;
use super::changes::count;
use super::inspection::{migrations_done, refuse_newer};
use super::lock::{self, Lock};
use super::open::{open_schema, require_file};
use super::structure::Structure;
use super::xboard_steps::REPLACED;
use super::{MigrateError, Refusal, SchemaConnection, Tell, checks};
use crate::kind::Kind;
use crate::options::{ConnectOptions, Location};

/// What is taken away and what is made again.
struct Return {
    /// Our tables, each with how many rows are in it.
    tables: Vec<(String, i64)>,
    /// Our indexes on Xboard's tables, each with its table.
    indexes: Vec<(String, String)>,
    /// Xboard's indexes that are made again, each with its statement.
    restored: Vec<(String, String)>,
}

/// Says in words what [`unadopt`] would do. Nothing is changed.
pub async fn survey_return(options: &ConnectOptions, tell: Tell<'_>) -> Result<(), MigrateError> {
    require_file(&Location::parse(&options.url)?)?;
    let mut schema = open_schema(&options.url).await?;
    let back = Return::plan(schema.as_mut()).await?;
    back.tell(tell);
    Ok(())
}

/// Drops our tables and our indexes and makes those of Xboard's again that we dropped. No row of Xboard's
/// is touched. No panel may run on the database meanwhile.
///
/// A database that we made ourselves is taken back too: it has Xboard's whole schema and its record of
/// migrations, so that Xboard can go on with it.
pub async fn unadopt(options: &ConnectOptions, tell: Tell<'_>) -> Result<(), MigrateError> {
    require_file(&Location::parse(&options.url)?)?;
    let mut schema = open_schema(&options.url).await?;
    let schema = schema.as_mut();
    Return::plan(schema).await?.tell(tell);
    let lock = Lock::take(schema, &options.url).await?;
    let outcome = take_away(schema, &lock).await;
    let released = lock.release(schema, outcome.is_ok()).await;
    if outcome.is_ok() {
        released?;
        tell("Done. Start Xboard after `php artisan cache:clear`.");
    }
    outcome
}

async fn take_away(schema: &mut dyn SchemaConnection, lock: &Lock) -> Result<(), MigrateError> {
    let back = Return::plan(schema).await?;
    let kind = schema.dialect().kind;
    if kind == Kind::Postgres {
        // What migration 0030 set.
        schema
            .execute("ALTER TABLE v2_user RESET (fillfactor)")
            .await?;
    }
    for (_, statement) in &back.restored {
        lock.confirm(schema).await?;
        schema.execute(statement).await?;
    }
    for (table, index) in &back.indexes {
        lock.confirm(schema).await?;
        let of = if kind == Kind::Mysql {
            format!(" ON {table}")
        } else {
            String::new()
        };
        schema.execute(&format!("DROP INDEX {index}{of}")).await?;
    }
    // The record of what was done goes last, and the lock with it: until then this can be run again.
    for (table, _) in &back.tables {
        schema
            .execute(&format!("DROP TABLE IF EXISTS {table}"))
            .await?;
    }
    Ok(())
}

impl Return {
    /// Looks what there is. Nothing is changed.
    async fn plan(schema: &mut dyn SchemaConnection) -> Result<Self, MigrateError> {
        let structure = Structure::read(schema).await?;
        let names: Vec<String> = structure.tables.iter().cloned().collect();
        let Some(done) = migrations_done(schema, &names).await? else {
            return Err(Refusal::NotOurs.into());
        };
        let dialect = schema.dialect();
        refuse_newer(&done, dialect.migrations)?;
        let mut tables = Vec::new();
        for table in our_tables(schema) {
            if structure.has(&table) {
                let rows = count(schema, &table).await?;
                tables.push((table, rows));
            }
        }
        let is_ours = |name: &str| {
            let made = dialect
                .migrations
                .iter()
                .flat_map(|migration| migration.up.lines());
            let mut made = made.filter_map(made_name);
            let mut keys = checks::KEYS.into_iter();
            made.any(|made| made == name)
                || keys.any(|(table, column)| checks::key_name(table, column) == name)
        };
        let of_xboard = structure.keys.iter().filter(|key| {
            key.name.starts_with("ferro_") && !key.table.starts_with("ferro_") && is_ours(&key.name)
        });
        let indexes = of_xboard.map(|key| (key.table.clone(), key.name.clone()));
        Ok(Self {
            tables,
            indexes: indexes.collect(),
            restored: restored(schema, &structure).await?,
        })
    }

    fn tell(&self, tell: Tell<'_>) {
        tell("Taken away is what is ours; stop every panel that runs on the database first.");
        for (table, rows) in &self.tables {
            let loss = if *rows == 0 {
                String::new()
            } else {
                format!(" with {rows} rows")
            };
            tell(&format!("  dropped         table {table}{loss}"));
        }
        for (table, index) in &self.indexes {
            tell(&format!("  dropped         index {index} on {table}"));
        }
        for (index, _) in &self.restored {
            tell(&format!("  made again      Xboard's index {index}"));
        }
        tell(
            "  stays           every row of Xboard's tables as it is now, with what customers, \
             administrators and jobs did since; secure_path and server_token in v2_settings, where the \
             panel made them; steps of Xboard's own list that were taken, which a later Xboard has too",
        );
    }
}

/// Our tables, those by which a database is known as ours last.
fn our_tables(schema: &dyn SchemaConnection) -> Vec<String> {
    let migrations = schema.dialect().migrations.iter().rev();
    let lines = migrations.flat_map(|migration| migration.up.lines());
    let made = lines.filter_map(|line| {
        let made = line.strip_prefix("CREATE TABLE ")?;
        let made = made.strip_prefix("IF NOT EXISTS ").unwrap_or(made);
        made.split_whitespace().next()
    });
    let ours = made.filter(|table| table.starts_with("ferro_"));
    ours.chain(["ferro_migration", lock::TABLE])
        .map(str::to_owned)
        .collect()
}

/// The name of the index that a line makes.
fn made_name(line: &str) -> Option<&str> {
    let made = line.strip_prefix("CREATE ")?;
    let made = made.strip_prefix("UNIQUE ").unwrap_or(made);
    made.strip_prefix("INDEX ")?.split_whitespace().next()
}

/// Xboard's indexes that we dropped, and that the database had when it was found.
async fn restored(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
) -> Result<Vec<(String, String)>, StoreError> {
    let baseline = Baseline::of(schema.dialect().migrations);
    let kind = schema.dialect().kind;
    let never_there = if structure.has("ferro_adoption") {
        schema
            .texts("SELECT item AS text FROM ferro_adoption")
            .await?
    } else {
        Vec::new()
    };
    let absent = REPLACED.into_iter().filter_map(|(name, _)| {
        let (table, key) = baseline.index(name)?;
        let is_there = structure.has_index(&table.name, name);
        let was_there = !never_there.contains(&format!("missing:{name}"));
        (!is_there && was_there).then(|| (name.to_owned(), key.statement(&table.name, name, kind)))
    });
    Ok(absent.collect())
}
