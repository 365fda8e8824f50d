//! Many clients at the same moment: what may happen once happens once, on each database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod accounts;
mod codes;
mod coupons;
mod crowd;
mod gift_cards;
mod jobs;
mod limits;
mod plugins;
mod registrations;
#[path = "../support/mod.rs"]
mod support;
mod tickets;

/// How often each race is run.
const ROUNDS: usize = 3;

const REGISTER: &str = "/api/v1/passport/auth/register";
const FORGET: &str = "/api/v1/passport/auth/forget";
const SEND_CODE: &str = "/api/v1/passport/comm/sendEmailVerify";
