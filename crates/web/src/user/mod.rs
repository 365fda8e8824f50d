//! `/api/v1/user` and `/api/v2/user`: what needs a login.

pub(crate) mod account;
pub(crate) mod announcements;
pub(crate) mod commission;
pub(crate) mod config;
pub(crate) mod coupons;
pub(crate) mod gift_card_body;
pub(crate) mod gift_cards;
pub(crate) mod invitations;
pub(crate) mod ipv6_subscription;
pub(crate) mod knowledge;
pub(crate) mod nodes;
pub(crate) mod online_devices;
mod order_body;
pub(crate) mod orders;
pub(crate) mod packages;
pub(crate) mod payments;
pub(crate) mod plans;
pub(crate) mod quotes;
pub(crate) mod real_name;
pub(crate) mod renewals;
pub(crate) mod security;
pub(crate) mod sessions;
pub(crate) mod subscription;
pub(crate) mod telegram;
pub(crate) mod tickets;
pub(crate) mod traffic_log;
pub(crate) mod withdrawals;
