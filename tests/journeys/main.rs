//! What clients do with the panel, from the outside: the real program on each database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod accounts;
mod administration;
mod api_page;
mod console;
mod credentials;
mod guards;
mod logins;
mod privacy;
#[path = "../support/mod.rs"]
mod support;
mod tickets;
mod wire;

const REGISTER: &str = "/api/v1/passport/auth/register";
const LOGIN: &str = "/api/v1/passport/auth/login";
const FORGET: &str = "/api/v1/passport/auth/forget";
const SEND_CODE: &str = "/api/v1/passport/comm/sendEmailVerify";
