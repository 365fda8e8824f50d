//! Every route over the in-memory store: what a client sends and gets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail the test"
)]

mod edge;
mod harness;
mod input;
mod passport;
mod refusals;
mod serving;
mod user;
