//! What administrators do.

pub(crate) mod audit;
pub(crate) mod console;
pub(crate) mod context;
pub(crate) mod coupons;
pub(crate) mod demo;
pub(crate) mod device_users;
pub(crate) mod first_steps;
pub(crate) mod gift_cards;
pub(crate) mod mail;
pub(crate) mod plan_offers;
pub(crate) mod plugins;
pub(crate) mod previews;
pub(crate) mod queries;
pub(crate) mod remembered;
pub(crate) mod servers;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod statistics;
pub(crate) mod status;
pub(crate) mod support;
pub(crate) mod themes;
pub(crate) mod trade;
pub(crate) mod use_cases;
pub(crate) mod users;
pub(crate) mod views;
pub(crate) mod webhooks;
