//! What is sold: plans, orders, payments, coupons, gift cards, subscriptions and their traffic.

pub(crate) mod coupons;
pub(crate) mod gift_cards;
pub(crate) mod ledger;
pub(crate) mod notice_room;
pub(crate) mod on_sale;
pub(crate) mod opening;
pub(crate) mod order_jobs;
pub(crate) mod orders;
pub(crate) mod packages;
pub(crate) mod payments;
pub(crate) mod plans;
pub(crate) mod queries;
pub(crate) mod receipts;
pub(crate) mod receiving;
pub(crate) mod refunding;
pub(crate) mod renewals;
pub(crate) mod statements;
pub(crate) mod subscriptions;
pub(crate) mod traffic_resets;
pub(crate) mod views;
