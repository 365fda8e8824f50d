#![doc = include_str!("../README.md")]
#![allow(
    clippy::duplicate_mod,
    reason = "the repositories are written once and mounted by each backend"
)]

mod failure;
mod integer;
mod migrate;
mod odd_values;
mod options;
mod pool;
mod rows;
mod schema;
mod store;
mod wall_clock;

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use migrate::{MigrateError, Migrated, Origin, Refusal, migrate};
pub use options::{ConnectOptions, InvalidUrl};
pub use store::{ConnectError, connect};
