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
#[path = "../src/integer.rs"]
mod integer;
#[path = "../src/migrate/node_settings.rs"]
mod node_settings;
#[path = "../src/odd_values/mod.rs"]
mod odd_values;
#[path = "../src/options.rs"]
mod options;
#[path = "../src/repositories/billing/order_ids.rs"]
mod order_ids;
#[path = "../src/patterns.rs"]
mod patterns;
#[path = "../src/wall_clock.rs"]
mod wall_clock;
