//! Webhooks: endpoints that events are sent to, and what became of sending them.

pub(super) mod actions;
pub(super) mod deliveries;
mod form;
mod kinds;
pub(super) mod list;
pub(super) mod save;

/// Where they stand in the menu.
const SECTION: &str = "/webhooks";
