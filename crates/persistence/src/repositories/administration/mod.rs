//! Settings, plugins, the audit log, what administrators look at.

pub(super) mod admin_views;
pub(super) mod audit;
pub(super) mod demo;
pub(super) mod plugins;
pub(super) mod secrets;
pub(super) mod settings;
