//! Brings a database to the current schema: an empty one, one that Xboard made, or an older one of ours.

mod files;
mod index_name;
mod inspection;
mod refusal;
mod run;
mod schema_connection;

use ferroboard_kernel::StoreError;

use crate::options::InvalidUrl;

#[cfg(feature = "mysql")]
pub(crate) use files::MYSQL;
pub(crate) use files::Migration;
#[cfg(feature = "postgres")]
pub(crate) use files::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use files::SQLITE;
pub use refusal::Refusal;
pub use run::migrate;
pub(crate) use run::outstanding;
pub(crate) use schema_connection::{Dialect, SchemaConnection};

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// What was found.
    pub origin: Origin,
    /// The names of the migrations that were run, in order; none when the schema was current.
    pub applied: Vec<&'static str>,
}

/// What a database was before it was migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Empty.
    Empty,
    /// Made by Xboard; from now on ours as well.
    Xboard,
    /// Ours.
    Ferroboard,
}

/// Why a database was not brought to the current schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// The URL names no database.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// The database is of a kind that this program was built without.
    #[error("this program was built without support for {0}")]
    BackendMissing(&'static str),
    /// The database file cannot be made.
    #[error("the database file {path} cannot be made: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The database cannot be reached.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another process held the lock for a minute.
    #[error("another process has been migrating this database for more than a minute")]
    Locked,
    /// The database is not one that may be migrated. Nothing was changed.
    #[error("{0}; nothing was changed")]
    Refused(#[from] Refusal),
    /// A migration failed.
    #[error("migration {migration} failed: {reason}")]
    Failed {
        /// Which one.
        migration: &'static str,
        /// What the database reported.
        reason: StoreError,
    },
    /// Looking at the database, or recording what was done, failed.
    #[error("the migration could not be carried out: {0}")]
    Store(#[from] StoreError),
}
