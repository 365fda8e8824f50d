//! Real databases for tests: a fresh one on demand, on a server that ends with the test process.
#![allow(
    clippy::missing_panics_doc,
    reason = "everything here runs inside tests, where a panic is the report"
)]

mod chat_seed;
mod database;
mod free_memory;
mod galera;
mod gift_seed;
mod knowledge_seed;
mod mariadb;
mod money_seed;
mod node_seed;
mod own_server;
mod place;
mod ports;
mod postgres;
mod programs;
mod seed;
mod server;
mod sql;
mod standard_names;
mod template;
mod upkeep_seed;

pub use database::{Backend, Database};
pub use galera::PrivateGalera;
pub use mariadb::PrivateMariaDb;
pub use own_server::OwnServer;
pub use ports::free_port;
pub use postgres::PrivatePostgres;
pub use programs::faketime;
pub use seed::SqlSeed;
pub use server::Durability;
pub use sql::{Row, Sql};
