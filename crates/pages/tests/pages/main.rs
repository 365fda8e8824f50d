//! Every page over the in-memory store, as a browser without scripts sees it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail the test"
)]

mod accounts;
mod browser;
mod home;
mod protection;
mod shop;
