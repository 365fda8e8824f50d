//! The nodes, and the editor for each protocol.

pub(super) mod actions;
pub(super) mod batch;
mod choices;
mod fields;
mod form;
pub(super) mod keys;
pub(super) mod list;
pub(super) mod save;
mod terms;

/// Where they stand in the menu.
const SECTION: &str = "/nodes";
