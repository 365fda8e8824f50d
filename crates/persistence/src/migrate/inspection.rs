//! What a database is, decided before anything in it is changed.

use std::collections::HashSet;

use ferroboard_kernel::StoreError;

use super::run::XBOARD_SCHEMA;
use super::{MigrateError, Migration, Refusal, SchemaConnection};
use crate::schema::XBOARD_COLUMNS;

/// The newest migration of the Xboard schema that we know.
const NEWEST_OF_XBOARD: &str = "2026_04_22_000001_normalize_trojan_tls_settings";

/// The tables of a complete Xboard database.
const TABLES_OF_XBOARD: [&str; 33] = [
    "failed_jobs",
    "migrations",
    "personal_access_tokens",
    "v2_admin_audit_log",
    "v2_commission_log",
    "v2_coupon",
    "v2_gift_card_code",
    "v2_gift_card_template",
    "v2_gift_card_usage",
    "v2_invite_code",
    "v2_knowledge",
    "v2_log",
    "v2_mail_log",
    "v2_mail_templates",
    "v2_notice",
    "v2_order",
    "v2_payment",
    "v2_plan",
    "v2_plugins",
    "v2_server",
    "v2_server_group",
    "v2_server_machine",
    "v2_server_machine_load_history",
    "v2_server_route",
    "v2_settings",
    "v2_stat",
    "v2_stat_server",
    "v2_stat_user",
    "v2_subscribe_templates",
    "v2_ticket",
    "v2_ticket_message",
    "v2_traffic_reset_logs",
    "v2_user",
];

/// What unique indexes of ours demand, and a query for the rows that do not meet it.
const UNIQUE: [(&str, &str, &str); 3] = [
    (
        "v2_user",
        "token",
        "SELECT CAST(MAX(id) AS CHAR(20)) AS text FROM v2_user GROUP BY token HAVING COUNT(*) > 1",
    ),
    (
        "v2_user",
        "email (in any letter case)",
        "SELECT CAST(MAX(id) AS CHAR(20)) AS text FROM v2_user GROUP BY lower(email) HAVING COUNT(*) > 1",
    ),
    (
        "v2_invite_code",
        "code",
        "SELECT CAST(MAX(id) AS CHAR(20)) AS text FROM v2_invite_code GROUP BY code HAVING COUNT(*) > 1",
    ),
];

/// What a database is.
pub(super) enum Found {
    /// It has no tables.
    Empty,
    /// A complete Xboard database of the schema that we know.
    Xboard,
    /// Ours, with these migrations done.
    Ferroboard(HashSet<i64>),
}

/// Looks what the database is, and refuses what may not be touched.
pub(super) async fn inspect(schema: &mut dyn SchemaConnection) -> Result<Found, MigrateError> {
    let tables = schema.texts(schema.dialect().tables).await?;
    if tables.iter().any(|table| table == "ferro_migration") {
        let begun = versions(schema, "").await?;
        if begun.contains(&XBOARD_SCHEMA) {
            let done = versions(schema, "WHERE run_at IS NOT NULL").await?;
            return Ok(Found::Ferroboard(done));
        }
    }
    let others: Vec<&str> = tables
        .iter()
        .map(String::as_str)
        .filter(|table| !table.starts_with("ferro_"))
        .collect();
    if others.is_empty() {
        return Ok(Found::Empty);
    }
    recognise(schema, &others).await?;
    Ok(Found::Xboard)
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

async fn recognise(schema: &mut dyn SchemaConnection, tables: &[&str]) -> Result<(), MigrateError> {
    if !tables
        .iter()
        .any(|table| table.starts_with("v2_") && TABLES_OF_XBOARD.contains(table))
    {
        let found = shortened(tables.iter().map(|table| (*table).to_owned()));
        return Err(Refusal::Foreign { found }.into());
    }
    if !tables.contains(&"migrations") {
        return Err(Refusal::Unrecorded.into());
    }
    let newest = schema
        .texts("SELECT migration AS text FROM migrations")
        .await?
        .into_iter()
        .max()
        .unwrap_or_default();
    match newest.as_str().cmp(NEWEST_OF_XBOARD) {
        std::cmp::Ordering::Less => {
            return Err(Refusal::OlderXboard {
                newest,
                expected: NEWEST_OF_XBOARD,
            }
            .into());
        }
        std::cmp::Ordering::Greater => return Err(Refusal::NewerXboard { name: newest }.into()),
        std::cmp::Ordering::Equal => {}
    }
    let columns: HashSet<String> = schema
        .texts(schema.dialect().columns)
        .await?
        .into_iter()
        .collect();
    let missing_tables = TABLES_OF_XBOARD
        .iter()
        .filter(|table| !tables.contains(table))
        .map(|table| (*table).to_owned());
    let missing_columns = XBOARD_COLUMNS
        .iter()
        .filter(|(table, _)| tables.contains(table))
        .flat_map(|(table, names)| names.iter().map(move |name| format!("{table}.{name}")))
        .filter(|column| !columns.contains(column));
    let missing = shortened(missing_tables.chain(missing_columns));
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Incomplete { missing }.into())
    }
}

/// The first few names, and how many more there are.
fn shortened(names: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let text = names.join(", ");
    if more > 0 {
        format!("{text} and {more} more")
    } else {
        text
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

/// Refuses a database in which a unique index of ours could not be made.
pub(super) async fn refuse_duplicates(
    schema: &mut dyn SchemaConnection,
) -> Result<(), MigrateError> {
    for (table, column, query) in UNIQUE {
        let rows = schema.texts(query).await?;
        if let Some(row) = rows.first() {
            return Err(Refusal::Duplicates {
                table,
                column,
                rows: rows.len(),
                row: row.clone(),
            }
            .into());
        }
    }
    Ok(())
}
