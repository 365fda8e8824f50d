//! Money from outside: whole purchases, refusals, and many clients at the same moment. Each story
//! runs on each database and ends with the ledger's check.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod balances;
mod changes;
mod coupons;
mod desk;
mod gift_cards;
mod notices;
mod orders;
mod packages;
mod payments;
mod purchases;
mod renewals;
mod reviews;
mod storm;
#[path = "../support/mod.rs"]
mod support;
mod top_ups;
mod users;
mod withdrawals;

/// The seeds of the rounds of each race: the second finds what the first left.
const SEEDS: [u64; 2] = [1, 20];

#[test]
fn the_notices_are_signed_as_the_protocol_says() {
    let text = "money=1&name=n&notify_url=http://a/n&out_trade_no=n&pid=1&return_url=http://a/r";
    let digest = support::notice::md5_hex(&format!("{text}k"));
    assert_eq!(digest, "979fc6cc32e7965b3998493c31163284");
}
