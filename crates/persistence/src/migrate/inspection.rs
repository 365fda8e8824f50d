//! What a database is, decided before anything in it is changed.

use std::collections::{BTreeSet, HashSet};

use ferroboard_kernel::StoreError;

use super::baseline::Baseline;
use super::files::XBOARD_SCHEMA;
use super::plan::Plan;
use super::structure::Structure;
use super::{MigrateError, Migration, Refusal, SchemaConnection};

/// What a database is.
pub(super) enum Found {
    /// It has no tables.
    Empty,
    /// Xboard's.
    Xboard(Box<Adoption>),
    /// Ours, with these migrations done.
    Ferroboard(HashSet<i64>),
}

/// A database of Xboard, and what is to be done before it is ours as well.
pub(super) struct Adoption {
    pub(super) structure: Structure,
    pub(super) baseline: Baseline,
    pub(super) recorded: BTreeSet<String>,
    pub(super) plan: Plan,
}

/// Looks what the database is. Nothing is changed.
pub(super) async fn inspect(schema: &mut dyn SchemaConnection) -> Result<Found, MigrateError> {
    let tables = schema.texts(schema.dialect().tables).await?;
    if let Some(done) = migrations_done(schema, &tables).await? {
        return Ok(Found::Ferroboard(done));
    }
    let others = tables.iter().filter(|table| !table.starts_with("ferro_"));
    let others: Vec<&str> = others.map(String::as_str).collect();
    if others.is_empty() {
        return Ok(Found::Empty);
    }
    let baseline = Baseline::of(schema.dialect().migrations);
    let is_xboards = |table: &&str| table.starts_with("v2_") && baseline.table(table).is_some();
    if !others.iter().any(is_xboards) {
        let found = shortened(&others);
        return Err(Refusal::Foreign { found }.into());
    }
    if !others.contains(&"migrations") {
        return Err(Refusal::Unrecorded.into());
    }
    let recorded = schema
        .texts("SELECT migration AS text FROM migrations")
        .await?;
    let recorded = recorded.into_iter().collect();
    let structure = Structure::read(schema).await?;
    let plan = Plan::make(schema, &structure, &baseline, &recorded).await?;
    Ok(Found::Xboard(Box::new(Adoption {
        structure,
        baseline,
        recorded,
        plan,
    })))
}

/// Which migrations of ours were run; `None` in a database that is not ours.
pub(super) async fn migrations_done(
    schema: &mut dyn SchemaConnection,
    tables: &[String],
) -> Result<Option<HashSet<i64>>, StoreError> {
    if !tables.iter().any(|table| table == "ferro_migration") {
        return Ok(None);
    }
    let begun = versions(schema, "").await?;
    if !begun.contains(&XBOARD_SCHEMA) {
        return Ok(None);
    }
    versions(schema, "WHERE run_at IS NOT NULL").await.map(Some)
}

async fn versions(
    schema: &mut dyn SchemaConnection,
    condition: &str,
) -> Result<HashSet<i64>, StoreError> {
    let query =
        format!("SELECT CAST(version AS CHAR(20)) AS text FROM ferro_migration {condition}");
    let texts = schema.texts(&query).await?;
    Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
}

/// The first few names, and how many more there are.
fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = names.iter().copied().take(SHOWN).collect();
    let text = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// Refuses a database that a newer version of this program has migrated.
pub(super) fn refuse_newer(done: &HashSet<i64>, migrations: &[Migration]) -> Result<(), Refusal> {
    let known = migrations
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    match done.iter().copied().max() {
        Some(version) if version > known => Err(Refusal::NewerFerroboard { version, known }),
        _ => Ok(()),
    }
}
