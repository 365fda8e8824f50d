//! Promises about events and the endpoints that they are sent to.

pub mod webhooks;
