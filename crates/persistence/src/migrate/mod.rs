//! Brings a database to the current schema: an empty one, one that Xboard made, or an older one of ours.

mod baseline;
mod changes;
mod checks;
mod files;
mod index_name;
mod inspection;
mod lock;
mod node_settings;
mod open;
mod outcome;
mod plan;
mod problem;
mod refusal;
mod run;
mod schema_connection;
mod structure;
mod survey;
mod unadopt;
mod xboard_steps;

#[cfg(feature = "mysql")]
pub(crate) use files::MYSQL;
pub(crate) use files::Migration;
#[cfg(feature = "postgres")]
pub(crate) use files::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use files::SQLITE;
pub use outcome::{MigrateError, Migrated, Origin, Tell};
pub use problem::Problem;
pub use refusal::Refusal;
pub(crate) use run::{Readiness, outstanding};
pub use run::{migrate, migrate_aloud, survey};
pub(crate) use schema_connection::{Dialect, SchemaConnection};
pub use unadopt::{survey_return, unadopt};
