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
             ELSE 'YES' END, NULL FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
        }
        Backend::Mysql => {
            "SELECT table_name, column_name, column_type, is_nullable, \
             CAST(character_maximum_length AS CHAR) FROM information_schema.columns \
             WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
        }
        Backend::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, \
             character_maximum_length::text FROM information_schema.columns \
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in sql.rows(query).await {
        let [table, name, kind, nullable, length] = row.try_into().unwrap();
        let column = Column {
            name: name.unwrap(),
            kind: kind.unwrap().to_lowercase(),
            nullable: nullable.as_deref() == Some("YES"),
            length: length.and_then(|length| length.parse().ok()),
        };
        tables.entry(table.unwrap()).or_default().push(column);
    }
    tables
}
