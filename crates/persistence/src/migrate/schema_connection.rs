use async_trait::async_trait;
use ferroboard_kernel::{StoreError, lower_hex};

use super::Migration;

/// A connection of its own, over which a schema is inspected and changed.
#[async_trait]
pub(crate) trait SchemaConnection: Send {
    /// How this database is asked.
    fn dialect(&self) -> &'static Dialect;

    /// Runs statements without parameters and without answers.
    async fn execute(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Runs a query with one column of texts, called `text`.
    async fn texts(&mut self, sql: &str) -> Result<Vec<String>, StoreError>;
}

/// Which databases spell their statements alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// SQLite.
    #[cfg_attr(
        not(feature = "sqlite"),
        allow(dead_code, reason = "its feature is off")
    )]
    Sqlite,
    /// MySQL and MariaDB.
    #[cfg_attr(
        not(feature = "mysql"),
        allow(dead_code, reason = "its feature is off")
    )]
    Mysql,
    /// PostgreSQL.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "its feature is off")
    )]
    Postgres,
}

impl Kind {
    /// A name that may be a word of SQL.
    pub(crate) fn quote(self, name: &str) -> String {
        match self {
            Self::Mysql => format!("`{name}`"),
            Self::Sqlite | Self::Postgres => format!("\"{name}\""),
        }
    }

    /// An expression for this text, whatever is in it and whatever the session takes for an escape.
    pub(crate) fn literal(self, text: &str) -> String {
        let digits = lower_hex(text);
        match self {
            Self::Sqlite => format!("CAST(X'{digits}' AS TEXT)"),
            Self::Mysql => format!("CONVERT(X'{digits}' USING utf8mb4)"),
            Self::Postgres => format!("convert_from(decode('{digits}', 'hex'), 'UTF8')"),
        }
    }

    /// An expression that writes these ones one after another, with something between that no text has.
    pub(crate) fn joined(self, parts: &[&str]) -> String {
        match self {
            Self::Sqlite => parts.join(" || char(31) || "),
            Self::Mysql => format!("CONCAT_WS(CHAR(31 USING utf8mb4), {})", parts.join(", ")),
            Self::Postgres => parts.join(" || chr(31) || "),
        }
    }

    /// An expression as a text.
    pub(crate) fn text(self, expression: &str) -> String {
        let kind = if self == Self::Mysql { "CHAR" } else { "TEXT" };
        format!("CAST({expression} AS {kind})")
    }
}

/// How one kind of database is asked about its schema and kept to oneself meanwhile.
pub(crate) struct Dialect {
    /// How it spells statements.
    pub(crate) kind: Kind,
    /// What people call it; for MySQL and MariaDB a query says which of them it is.
    pub(crate) version: &'static str,
    /// Begins the transaction in which everything is done, and waits there for other processes, where
    /// statements that change a schema can be undone.
    pub(crate) begin: Option<&'static str>,
    /// The names of all tables.
    pub(crate) tables: &'static str,
    /// All columns of tables: table, name, type, whether it is required, whether it is filled, default.
    pub(crate) columns: &'static str,
    /// All columns of keys and indexes in order: table, name of the key, whether it is unique, column.
    pub(crate) keys: &'static str,
    /// Views and triggers.
    pub(crate) extras: &'static str,
    /// Tables whose engine knows no transactions, with it.
    pub(crate) without_transactions: Option<&'static str>,
    /// Its migrations, in order.
    pub(crate) migrations: &'static [Migration],
}
