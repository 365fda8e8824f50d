//! From a URL to a store.

use std::path::Path;
use std::sync::Arc;

use ferroboard_application::Store;
use ferroboard_kernel::StoreError;

use crate::migrate::{self, MigrateError, Readiness};
use crate::options::{ConnectOptions, InvalidUrl, Location};
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
    /// The file of an SQLite database cannot be used.
    #[error("the database file cannot be used: {path}: {reason}")]
    File {
        /// Which file or folder.
        path: String,
        /// Why.
        reason: String,
    },
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

impl ConnectOptions {
    /// Judges the URL as connecting will, and an SQLite file by what can be seen of it. Asks no server
    /// and makes nothing.
    pub fn check(&self) -> Result<(), ConnectError> {
        match Location::parse(&self.url)? {
            #[cfg(feature = "sqlite")]
            Location::Sqlite(path) => check_file(&path),
            #[cfg(feature = "mysql")]
            Location::Mysql(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Location::Postgres(_) => Ok(()),
            #[allow(unreachable_patterns, reason = "reached when a feature is off")]
            other => Err(ConnectError::BackendMissing(other.name())),
        }
    }
}

/// A file must be one that can be read and written; where there is none, the nearest folder above it
/// must be one.
#[cfg(feature = "sqlite")]
fn check_file(path: &str) -> Result<(), ConnectError> {
    let path = Path::new(path);
    let unusable = |path: &Path, reason: &str| ConnectError::File {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    };
    if path.exists() {
        if !path.is_file() {
            return Err(unusable(path, "this is no file"));
        }
        return may_use(path).map_err(|error| unusable(path, &error.to_string()));
    }
    for folder in path.ancestors().skip(1) {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        match folder.metadata() {
            Ok(found) if !found.is_dir() => return Err(unusable(folder, "this is no folder")),
            Ok(_) => {
                return may_fill(folder).map_err(|error| unusable(folder, &error.to_string()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unusable(folder, &error.to_string())),
        }
    }
    Ok(())
}

/// Whether this process may read and write a file. It must not be opened for that: closing it would end
/// every lock that SQLite holds on it in this process, and another program would then delete the log
/// into which this one still writes.
#[cfg(all(feature = "sqlite", unix))]
fn may_use(file: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(file, Access::READ_OK | Access::WRITE_OK)?)
}

/// Elsewhere opening the database tells.
#[cfg(all(feature = "sqlite", not(unix)))]
fn may_use(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Whether this process may make files in a folder.
#[cfg(all(feature = "sqlite", unix))]
fn may_fill(folder: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Elsewhere making the file tells.
#[cfg(all(feature = "sqlite", not(unix)))]
fn may_fill(_folder: &Path) -> std::io::Result<()> {
    Ok(())
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
    store.map_err(|error| ConnectError::Unavailable(reason(error)))
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
        && !Path::new(path).exists()
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
