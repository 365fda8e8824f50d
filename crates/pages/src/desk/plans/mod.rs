//! The plans: what is sold, for how much, and to whom.

pub(super) mod actions;
mod form;
pub(super) mod list;
pub(super) mod save;

/// Where they stand in the menu.
const SECTION: &str = "/plans";
