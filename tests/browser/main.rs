//! What a person sees: the real program's pages in a real browser, Debian's chromium.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod axe;
mod chromium;
mod doors;
mod elsewhere;
mod figures;
mod front_ends;
mod furnished;
mod gateway;
mod guide;
mod instrument;
mod lists;
mod pages;
mod payloads;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod walk;
