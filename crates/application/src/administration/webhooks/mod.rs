//! Endpoints that events are sent to, and what became of sending them.

pub(crate) mod endpoints;
pub(crate) mod queries;
