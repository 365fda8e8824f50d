//! Every route over the in-memory store: what a client sends and gets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail the test"
)]

mod administration;
mod books;
mod description;
mod downloads;
mod edge;
mod front_ends;
mod gateway;
mod gift_cards;
mod harness;
mod input;
mod invitations;
mod knowledge;
mod nodes;
mod online_devices;
mod orders;
mod packages;
mod passport;
mod payments;
mod plans;
mod real_name;
mod refusals;
mod serving;
mod shadows;
mod sockets;
mod telegram;
mod tickets;
mod user;
mod withdrawals;
