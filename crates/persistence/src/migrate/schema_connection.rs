use async_trait::async_trait;
use ferroboard_kernel::StoreError;

use super::Migration;
use crate::kind::Kind;

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
    /// All columns, those of views as they come: table, name, type, whether it is required, whether it is filled, default.
    /// A query that a further condition may follow.
    pub(crate) columns: &'static str,
    /// What names the table of a column in such a condition.
    pub(crate) table_of: &'static str,
    /// All columns of keys and indexes in order: table, name of the key, whether it is unique, column.
    pub(crate) keys: &'static str,
    /// Views and triggers.
    pub(crate) extras: &'static str,
    /// Tables whose engine knows no transactions, with it.
    pub(crate) without_transactions: Option<&'static str>,
    /// Its migrations, in order.
    pub(crate) migrations: &'static [Migration],
}
