//! Events: what is told, to which endpoints, and what became of it.

pub(super) mod deliveries;
pub(super) mod endpoints;
pub(super) mod managed_deliveries;
pub(super) mod told;
