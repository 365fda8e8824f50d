//! Connecting for looking at a schema or changing it.

use super::{MigrateError, SchemaConnection};
use crate::options::Location;

/// Refuses a SQLite file that is not there: to open it would make it.
pub(super) fn require_file(location: &Location) -> Result<(), MigrateError> {
    match location {
        Location::Sqlite(path) if !std::path::Path::new(path).exists() => {
            Err(MigrateError::NoFile(path.clone()))
        }
        _ => Ok(()),
    }
}

/// Connects for looking at a schema or changing it.
pub(super) async fn open_schema(url: &str) -> Result<Box<dyn SchemaConnection>, MigrateError> {
    match Location::parse(url)? {
        #[cfg(feature = "sqlite")]
        Location::Sqlite(path) => crate::sqlite::open_schema(&path).await,
        #[cfg(feature = "mysql")]
        Location::Mysql(url) => crate::mysql::open_schema(&url).await,
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => crate::postgres::open_schema(&url).await,
        #[allow(unreachable_patterns, reason = "reached when a feature is off")]
        other => Err(MigrateError::BackendMissing(other.name())),
    }
}
