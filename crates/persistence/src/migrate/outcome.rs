//! What came of bringing a database to the current schema.

use ferroboard_kernel::StoreError;

use super::refusal::Refusal;
use crate::options::InvalidUrl;

/// Where a command says what it finds and does, line by line, for people.
pub type Tell<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// What [`migrate`](super::migrate) did.
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
    /// There is no such file, and nothing may be made.
    #[error("there is no database file {0}")]
    NoFile(String),
    /// Another process held the lock for too long.
    #[error("another process has been changing the schema of this database for too long")]
    Locked,
    /// This process stood still for so long that another one took over.
    #[error("another process took the migration over; look there how it went, or try again")]
    LeaseLost,
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
