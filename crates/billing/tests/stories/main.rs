//! What happens to orders, told over the in-memory tables.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

mod cancelling;
mod commissions;
mod coupons;
mod opening;
mod packages;
mod placing;
mod random;
mod receiving;
mod refunding;
mod reviews;
mod support;
mod top_ups;
