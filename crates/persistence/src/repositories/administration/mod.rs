//! Settings, plugins, the audit log, what administrators look at.

pub(super) mod admin_views;
pub(super) mod audit;
pub(super) mod console_views;
pub(super) mod demo;
pub(super) mod figures;
pub(super) mod plugins;
pub(super) mod ranks;
pub(super) mod saved_views;
pub(super) mod secrets;
pub(super) mod settings;
pub(super) mod themes;
