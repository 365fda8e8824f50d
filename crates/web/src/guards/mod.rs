//! Who may pass: sessions, limits, origins.

pub(crate) mod cors;
pub(crate) mod limited;
pub(crate) mod rate_limit;
pub(crate) mod session;
