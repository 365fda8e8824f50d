use async_trait::async_trait;
use ferroboard_kernel::StoreError;

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

/// How one kind of database is asked about its schema and kept to oneself meanwhile.
pub(crate) struct Dialect {
    /// Begins the transaction, and waits there for other processes unless [`Self::lock`] does.
    pub(crate) begin: &'static str,
    /// Waits for other processes; answers `1` when the lock is ours.
    pub(crate) lock: Option<&'static str>,
    /// Commits, and lets others in.
    pub(crate) end: &'static str,
    /// Rolls back as far as this database can, and lets others in.
    pub(crate) abandon: &'static str,
    /// The names of all tables.
    pub(crate) tables: &'static str,
    /// `table.column` of all columns.
    pub(crate) columns: &'static str,
    /// `table.index` of all indexes, where statements that change a schema commit by themselves.
    pub(crate) indexes: Option<&'static str>,
    /// Its migrations, in order.
    pub(crate) migrations: &'static [Migration],
}
