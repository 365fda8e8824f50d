//! What a database consists of and holds, to be compared.

use std::collections::{BTreeMap, BTreeSet};

use ferroboard_testing::databases::{Backend, Row, Sql};

fn line(row: Row) -> String {
    let cells = row
        .into_iter()
        .map(|cell| cell.unwrap_or_else(|| "NULL".to_owned()));
    cells.collect::<Vec<_>>().join(" ")
}

/// The names that Xboard records, sorted.
pub(crate) async fn names(sql: &Sql) -> BTreeSet<String> {
    let rows = sql.rows("SELECT migration FROM migrations").await;
    rows.into_iter().map(line).collect()
}

/// Every column with its type, whether it may be NULL, and its default; every index with its columns;
/// views and triggers.
pub(crate) async fn schema(sql: &Sql) -> BTreeSet<String> {
    let (columns, indexes, extras) = match sql.backend() {
        Backend::Sqlite => (
            "SELECT m.name || '.' || c.name, lower(c.type), c.\"notnull\", c.dflt_value \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
             AND m.name NOT LIKE 'sqlite%'",
            "SELECT m.name, l.name, l.\"unique\", group_concat(i.name) FROM sqlite_master m \
             JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
             WHERE m.type = 'table' GROUP BY m.name, l.name, l.\"unique\"",
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')",
        ),
        Backend::Mysql => (
            "SELECT CONCAT(table_name, '.', column_name), column_type, is_nullable, column_default \
             FROM information_schema.columns WHERE table_schema = DATABASE()",
            "SELECT table_name, index_name, non_unique, GROUP_CONCAT(column_name ORDER BY seq_in_index) \
             FROM information_schema.statistics WHERE table_schema = DATABASE() \
             GROUP BY table_name, index_name, non_unique",
            "SELECT 'trigger', trigger_name FROM information_schema.triggers \
             WHERE trigger_schema = DATABASE()",
        ),
        Backend::Postgres => (
            "SELECT table_name || '.' || column_name, data_type, is_nullable, column_default \
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT tablename, indexname, substr(indexdef, 8, 6), substr(indexdef, strpos(indexdef, '(')) \
             FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal",
        ),
    };
    let mut found = BTreeSet::new();
    for query in [columns, indexes, extras] {
        let rows = sql.rows(query).await.into_iter();
        // A default is the same with and without the brackets that some statements leave.
        found.extend(rows.map(|row| line(row).replace(['(', ')', '\''], "")));
    }
    found
}

/// Every row of every table that is not ours.
pub(crate) async fn rows(sql: &Sql) -> BTreeMap<String, Vec<String>> {
    let tables = match sql.backend() {
        Backend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        Backend::Mysql => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        }
        Backend::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut found = BTreeMap::new();
    for table in sql.rows(tables).await.into_iter().map(line) {
        if table.starts_with("ferro_") {
            continue;
        }
        let rows = sql.rows(&format!("SELECT * FROM {table} ORDER BY 1")).await;
        found.insert(table, rows.into_iter().map(line).collect());
    }
    found
}
