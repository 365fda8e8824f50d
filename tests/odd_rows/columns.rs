//! The columns that a database has.

use std::collections::BTreeMap;

use ferroboard_testing::databases::{Backend, Sql};

/// A column as the schema describes it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// In lower case, as the database calls it.
    pub(crate) kind: String,
    pub(crate) nullable: bool,
    /// How many characters a text may have.
    pub(crate) length: Option<usize>,
    /// Whether the row is found by this column: another value is another row.
    pub(crate) is_key: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Flag,
    Fraction,
    Time,
    Json,
    Bytes,
    Text,
}

impl Column {
    pub(crate) fn holds(&self) -> Kind {
        let is = |words: &[&str]| words.iter().any(|word| self.kind.contains(word));
        if is(&["bool"]) {
            Kind::Flag
        } else if is(&["int"]) {
            Kind::Integer
        } else if is(&["numeric", "decimal", "float", "double", "real"]) {
            Kind::Fraction
        } else if is(&["time", "date"]) {
            Kind::Time
        } else if is(&["json"]) {
            Kind::Json
        } else if is(&["blob", "bytea"]) {
            Kind::Bytes
        } else {
            Kind::Text
        }
    }
}

/// Every table with its columns.
pub(crate) async fn tables(sql: &Sql) -> BTreeMap<String, Vec<Column>> {
    let query = match sql.backend() {
        Backend::Sqlite => {
            "SELECT m.name, c.name, c.type, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' \
             ELSE 'YES' END, NULL, CASE WHEN c.pk > 0 THEN 'PRI' END \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
        }
        Backend::Mysql => {
            "SELECT table_name, column_name, column_type, is_nullable, \
             CAST(character_maximum_length AS CHAR), column_key FROM information_schema.columns \
             WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
        }
        Backend::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text, \
             c.is_nullable::text, c.character_maximum_length::text, \
             (SELECT 'PRI' FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid \
             AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND a.attname = c.column_name \
             AND i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass) \
             FROM information_schema.columns c \
             WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position"
        }
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in sql.rows(query).await {
        let [table, name, kind, nullable, length, key] = row.try_into().unwrap();
        let column = Column {
            name: name.unwrap(),
            kind: kind.unwrap().to_lowercase(),
            nullable: nullable.as_deref() == Some("YES"),
            length: length.and_then(|length| length.parse().ok()),
            is_key: key.as_deref() == Some("PRI"),
        };
        tables.entry(table.unwrap()).or_default().push(column);
    }
    tables
}
