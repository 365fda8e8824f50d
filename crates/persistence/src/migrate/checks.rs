//! What keeps a database of Xboard from being adopted although nothing in it is older or missing.

use ferroboard_kernel::StoreError;

use super::baseline::Baseline;
use super::changes::{count, number};
use super::structure::Structure;
use super::{Problem, SchemaConnection};
use crate::kind::Kind;
use crate::schema::XBOARD_COLUMNS;

/// What unique indexes of ours demand: a table, what should differ in words, and as an expression.
const OURS: [(&str, &str, &str); 3] = [
    ("v2_user", "token", "token"),
    ("v2_user", "email (in any letter case)", "lower(email)"),
    ("v2_invite_code", "code", "code"),
];

/// Keys of Xboard's on which money, sessions and settings rely. Some installations lack one: until
/// March 2026 Xboard made none for the names of settings.
pub(super) const KEYS: [(&str, &str); 9] = [
    ("personal_access_tokens", "token"),
    ("v2_gift_card_code", "code"),
    ("v2_mail_templates", "name"),
    ("v2_order", "trade_no"),
    ("v2_plugins", "code"),
    ("v2_server_machine", "token"),
    ("v2_settings", "name"),
    ("v2_subscribe_templates", "name"),
    ("v2_user", "email"),
];

/// The keys that the database lacks.
pub(super) fn missing_keys(structure: &Structure) -> Vec<(&'static str, &'static str)> {
    let lacks = |(table, column): &(&str, &str)| {
        structure.has(&format!("{table}.{column}"))
            && !structure.is_unique(table, &[(*column).to_owned()])
    };
    KEYS.into_iter().filter(lacks).collect()
}

/// How the index is called that is made in place of a missing key.
pub(super) fn key_name(table: &str, column: &str) -> String {
    let table = table.strip_prefix("v2_").unwrap_or(table);
    format!("ferro_unique_{table}_{column}")
}

/// Everything that stands in the way, in the order in which it is best mended.
pub(super) async fn problems(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
    baseline: &Baseline,
) -> Result<Vec<Problem>, StoreError> {
    let mut problems = engines(schema, baseline).await?;
    problems.extend(types(structure));
    problems.extend(unfillable(structure, baseline));
    for (table, column, expression) in OURS {
        if structure.tables.contains(table) {
            problems.extend(duplicates(schema, table, column, expression).await?);
        }
    }
    for (table, column) in missing_keys(structure) {
        if (table, column) != ("v2_user", "email") {
            problems.extend(duplicates(schema, table, column, column).await?);
        }
    }
    problems.extend(dates(schema, structure, baseline).await?);
    Ok(problems)
}

async fn engines(
    schema: &mut dyn SchemaConnection,
    baseline: &Baseline,
) -> Result<Vec<Problem>, StoreError> {
    let Some(query) = schema.dialect().without_transactions else {
        return Ok(Vec::new());
    };
    let found = schema.texts(query).await?.into_iter();
    let problem = |line: String| {
        let (table, engine) = line.split_once('\u{1f}')?;
        baseline.table(table)?;
        let (table, engine) = (table.to_owned(), engine.to_owned());
        Some(Problem::NoTransactions { table, engine })
    };
    Ok(found.filter_map(problem).collect())
}

/// What a type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Number,
    Whole,
    Text,
    Time,
}

fn holds(kind: &str) -> Holds {
    let is = |parts: &[&str]| parts.iter().any(|part| kind.contains(part));
    if is(&["timestamp", "datetime", "date"]) {
        Holds::Time
    } else if is(&["char", "text", "json", "enum", "uuid", "blob"]) {
        Holds::Text
    } else if is(&["int", "bool", "serial", "bit"]) {
        Holds::Whole
    } else {
        Holds::Number
    }
}

fn types(structure: &Structure) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (table, columns) in XBOARD_COLUMNS {
        for (name, wanted) in *columns {
            let Some(column) = structure.column(table, name) else {
                continue;
            };
            let found = holds(&column.kind);
            let expected = if wanted.contains("Timestamp") {
                (found != Holds::Time).then_some("a date with a time")
            } else if wanted.contains("Text") {
                // Decimals are read as texts.
                matches!(found, Holds::Time | Holds::Whole).then_some("a text")
            } else {
                matches!(found, Holds::Time | Holds::Text).then_some("a number")
            };
            if let Some(expected) = expected {
                problems.push(Problem::WrongType {
                    column: format!("{table}.{name}"),
                    found: column.kind.clone(),
                    expected,
                });
            }
        }
    }
    problems
}

fn unfillable(structure: &Structure, baseline: &Baseline) -> Vec<Problem> {
    let mut problems = Vec::new();
    for table in &baseline.tables {
        for (name, column) in structure.columns(&table.name) {
            let is_known = table.columns.iter().any(|known| known.name == name);
            if !is_known && column.required && !column.filled {
                let column = format!("{}.{name}", table.name);
                problems.push(Problem::Unfillable { column });
            }
        }
    }
    problems
}

pub(super) async fn duplicates(
    schema: &mut dyn SchemaConnection,
    table: &'static str,
    column: &'static str,
    expression: &str,
) -> Result<Option<Problem>, StoreError> {
    let groups = format!(
        "FROM {table} WHERE {expression} IS NOT NULL GROUP BY {expression} HAVING COUNT(*) > 1"
    );
    let query = format!("SUM(extra) AS text FROM (SELECT COUNT(*) - 1 AS extra {groups}) repeated");
    let rows = number(schema, &query).await?;
    let show = format!(
        "SELECT id, {expression} FROM {table} WHERE {expression} IN (SELECT {expression} {groups}) \
         ORDER BY {expression}, id"
    );
    Ok((rows > 0).then_some(Problem::Duplicates {
        table,
        column,
        rows,
        show,
    }))
}

async fn dates(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
    baseline: &Baseline,
) -> Result<Vec<Problem>, StoreError> {
    let kind = schema.dialect().kind;
    let mut problems = Vec::new();
    for table in baseline.tables.iter().map(|table| table.name.as_str()) {
        for (name, column) in structure.columns(table) {
            if holds(&column.kind) != Holds::Time {
                continue;
            }
            let found = format!("{table} WHERE {}", impossible(kind, name));
            let rows = count(schema, &found).await?;
            if rows > 0 {
                problems.push(Problem::ImpossibleDates {
                    column: format!("{table}.{name}"),
                    rows,
                    show: format!("SELECT * FROM {found}"),
                });
            }
        }
    }
    Ok(problems)
}

/// What is true of dates that are none. Functions of dates judge them: a comparison with a literal would
/// be refused where the session is strict.
fn impossible(kind: Kind, column: &str) -> String {
    match kind {
        // The day of a month is lenient there, and counted on to the next one only when a span is added.
        Kind::Sqlite => format!(
            "{column} IS NOT NULL AND (typeof({column}) <> 'text' \
             OR date({column}, '+0 days') IS NULL \
             OR date({column}, '+0 days') <> substr({column}, 1, 10) \
             OR substr({column}, 1, 4) = '0000')"
        ),
        Kind::Mysql => format!(
            "{column} IS NOT NULL AND (LAST_DAY({column}) IS NULL OR YEAR({column}) = 0 \
             OR DAY({column}) = 0 OR DAY({column}) > DAY(LAST_DAY({column})))"
        ),
        Kind::Postgres => format!(
            "NOT isfinite({column}) OR {column} < '0001-01-01' OR {column} >= '10000-01-01'"
        ),
    }
}
