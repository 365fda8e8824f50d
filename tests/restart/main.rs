//! Starting, stopping, and several programs on one database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod administrators;
mod adoption;
mod clocks;
mod configuration;
mod env_file;
mod freshness;
mod full_disk;
mod logging;
mod outages;
mod profiles;
mod sharing;
mod sharing_administration;
mod sockets;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
mod webhooks;
