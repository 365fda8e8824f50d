//! From a URL to a store.

use std::sync::Arc;

use ferroboard_application::Store;
use ferroboard_kernel::StoreError;

use crate::migrate::{self, MigrateError, Readiness};
use crate::options::{ConnectOptions, InvalidUrl, Location, redact};
use crate::refund_column::RefundColumn;

/// Why a database cannot be served from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The URL names no database.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// The database is of a kind that this program was built without.
    #[error("this program was built without support for {0}")]
    BackendMissing(&'static str),
    /// The database cannot be reached.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The schema is not the one that this program works with.
    #[error("{0}; run `ferroboard migrate` first")]
    NotCurrent(String),
    /// The database may not even be migrated.
    #[error(transparent)]
    Refused(MigrateError),
}

/// Opens the database, whose schema must be current; see [`crate::migrate()`].
///
/// Must be called on a tokio runtime. The futures of a SQLite store must be run to their end there:
/// one that is dropped half-way blocks its thread until the statement under way has ended, which a
/// current-thread runtime does not allow.
pub async fn connect(options: &ConnectOptions) -> Result<Arc<dyn Store>, ConnectError> {
    let location = Location::parse(&options.url)?;
    let refund = require_current_schema(&location, options).await?;
    let store = match &location {
        #[cfg(feature = "sqlite")]
        Location::Sqlite(path) => crate::sqlite::connect(path, options, refund).await,
        #[cfg(feature = "mysql")]
        Location::Mysql(url) => crate::mysql::connect(url, options, refund).await,
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => crate::postgres::connect(url, options, refund).await,
        #[allow(unreachable_patterns, reason = "reached when a feature is off")]
        other => return Err(ConnectError::BackendMissing(other.name())),
    };
    store.map_err(|error| ConnectError::Unavailable(redact(&reason(error), &options.url)))
}

fn reason(error: StoreError) -> String {
    match error {
        StoreError::Unavailable(reason) => reason,
        other => other.to_string(),
    }
}

async fn require_current_schema(
    location: &Location,
    options: &ConnectOptions,
) -> Result<RefundColumn, ConnectError> {
    if let Location::Sqlite(path) = location
        && !std::path::Path::new(path).exists()
    {
        let lack = format!("there is no database file {path}");
        return Err(ConnectError::NotCurrent(lack));
    }
    match migrate::outstanding(&options.url).await {
        Ok(Readiness::Current(refund)) => Ok(refund),
        Ok(Readiness::Lacks(lack)) => Err(ConnectError::NotCurrent(lack)),
        Err(MigrateError::Url(error)) => Err(ConnectError::Url(error)),
        Err(MigrateError::BackendMissing(name)) => Err(ConnectError::BackendMissing(name)),
        Err(MigrateError::Unavailable(reason)) => Err(ConnectError::Unavailable(reason)),
        Err(other) => Err(ConnectError::Refused(other)),
    }
}
