//! Second accounts.

pub(super) mod pairs;
pub(super) mod shadow_views;
