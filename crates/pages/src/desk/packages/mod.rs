//! Traffic packages: traffic that is sold beside plans.

pub(super) mod actions;
mod form;
pub(super) mod list;
pub(super) mod save;

/// Where they stand in the menu.
const SECTION: &str = "/packages";
