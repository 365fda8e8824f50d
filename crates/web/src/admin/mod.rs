//! What administrators use, behind `/api/v2/{secure_path}` and, for plugins,
//! `/api/v1/{secure_path}`.

pub(crate) mod audit_log;
pub(crate) mod config;
pub(crate) mod coupons;
pub(crate) mod gift_cards;
pub(crate) mod guard;
pub(crate) mod mail;
pub(crate) mod older_lists;
pub(crate) mod online_devices;
mod pages;
pub(crate) mod plans;
pub(crate) mod plugin_changes;
mod plugin_fields;
mod plugin_texts;
pub(crate) mod plugins;
pub(crate) mod real_name_reviews;
pub(crate) mod real_names;
pub(crate) mod servers;
pub(crate) mod statistics;
pub(crate) mod support;
pub(crate) mod system;
pub(crate) mod themes;
pub(crate) mod trade;
pub(crate) mod update;
pub(crate) mod users;
pub(crate) mod webhooks;
