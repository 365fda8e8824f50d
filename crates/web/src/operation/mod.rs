//! For whoever operates the panel: health, metrics, the description of the API.

pub(crate) mod counters;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod openapi;
