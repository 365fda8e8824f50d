//! Second accounts.

pub(super) mod shadow_views;
pub(super) mod shadows;
