#![doc = include_str!("../README.md")]
#![allow(
    clippy::duplicate_mod,
    reason = "the repositories are written once and mounted by each backend"
)]

mod cluster;
mod failure;
mod figure_rows;
mod fixed;
mod integer;
mod kind;
mod list_memory;
mod lists;
mod migrate;
mod odd_values;
mod options;
#[cfg(feature = "sqlite")]
mod own_thread;
mod patterns;
mod pool;
mod refund_column;
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

pub use migrate::{
    MigrateError, Migrated, Origin, Problem, Refusal, Tell, migrate, migrate_aloud, survey,
    survey_return, unadopt,
};
pub use options::{ConnectOptions, InvalidUrl};
pub use store::{ConnectError, connect};
