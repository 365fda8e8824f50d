//! What administrators do.

pub(crate) mod audit;
pub(crate) mod context;
pub(crate) mod coupons;
pub(crate) mod demo;
pub(crate) mod device_users;
pub(crate) mod plan_offers;
pub(crate) mod plugins;
pub(crate) mod queries;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod status;
pub(crate) mod use_cases;
pub(crate) mod views;
