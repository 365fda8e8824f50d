//! What administrators use, behind `/api/v2/{secure_path}` and, for plugins,
//! `/api/v1/{secure_path}`.

pub(crate) mod audit_log;
pub(crate) mod config;
pub(crate) mod coupons;
pub(crate) mod guard;
pub(crate) mod online_devices;
mod pages;
pub(crate) mod plans;
pub(crate) mod plugin_changes;
mod plugin_fields;
mod plugin_texts;
pub(crate) mod plugins;
pub(crate) mod real_name_reviews;
pub(crate) mod real_names;
pub(crate) mod system;
