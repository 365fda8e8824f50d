//! The unit tests of what stands beside the repositories.
//!
//! The files are mounted here: the library as a test would compile every repository for every database
//! once more, which takes minutes.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "what is mounted is used by the library, here only by its tests"
)]

#[path = "../src/failure.rs"]
mod failure;
#[path = "../src/migrate/index_name.rs"]
mod index_name;
#[path = "../src/migrate/node_settings.rs"]
mod node_settings;
#[path = "../src/options.rs"]
mod options;
#[path = "../src/repositories/order_lists.rs"]
mod order_lists;
#[path = "../src/repositories/patterns.rs"]
mod patterns;
