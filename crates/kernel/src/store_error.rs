use std::borrow::Cow;

/// Why a store could not do what it was asked. After any of these the transaction is over.
///
/// The texts are for the log; none of them may reach a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A unique index refused the row.
    #[error("a row with the same key exists ({constraint})")]
    Duplicate {
        /// The index or column the database named, as far as it names one.
        constraint: String,
    },
    /// Another transaction was in the way (deadlock, lost serialization, lock timeout). Trying the
    /// whole use case again may succeed.
    #[error("another transaction was in the way: {0}")]
    Conflict(String),
    /// The database cannot be reached, or no connection became free in time.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database has no room for what was to be written. What is there can be read, and writing goes on
    /// once somebody has made room.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// A stored value cannot be what the program wrote. The store has told the log, once an hour for
    /// each value: whoever meets this error need not say it again.
    #[error("{table}.{column} of row {id} holds an impossible value")]
    Corrupt {
        /// The table.
        table: Cow<'static, str>,
        /// The column.
        column: Cow<'static, str>,
        /// The row's key.
        id: String,
    },
    /// Anything else the database reported.
    #[error("the database reported: {0}")]
    Backend(String),
}
