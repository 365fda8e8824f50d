//! Two years of a shop under a clock that is set: subscriptions renew themselves while customers top up, prices
//! rise, orders are refunded and programs are killed. Each end is renewed at most once, and every one whose owner
//! had the money exactly once.
//!
//! `FERROBOARD_YEARS_CUSTOMERS` says how many customers there are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod books;
mod people;
mod shop;
#[path = "../support/mod.rs"]
mod support;

use ferroboard_testing::databases::Database;

use shop::Years;
use support::on_every_database;

on_every_database!(every_end_is_renewed_once_whoever_is_killed);

/// Customers come in so many waves, a week apart.
const WAVES: usize = 4;
const MONTHS: u32 = 24;

async fn every_end_is_renewed_once_whoever_is_killed(database: Database) {
    let Some(mut years) = Years::begin(&database).await else {
        return;
    };
    for wave in 0..WAVES {
        years.let_in(wave).await;
    }
    let mut renewed = 0;
    for month in 1..=MONTHS {
        for wave in 0..WAVES {
            years.come_to_the_end_of(month, wave);
            years.raise_prices(month, wave).await;
            years.refund_some(month).await;
            years.top_up_in_time(wave).await;
            renewed += years.renew().await;
            years.top_up_late(wave).await;
            renewed += years.renew_funded().await;
        }
    }
    years.close(renewed).await;
}
