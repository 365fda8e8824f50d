//! Answering: the envelope, refusals and their texts, members that several answers share.

#[allow(dead_code, reason = "the routes of administrators are built on it")]
pub(crate) mod csv;
pub(crate) mod decimal;
#[allow(dead_code, reason = "the routes of administrators are built on it")]
pub(crate) mod download;
pub(crate) mod envelope;
pub(crate) mod fault;
pub(crate) mod messages;
#[allow(dead_code, reason = "the routes of administrators are built on it")]
pub(crate) mod page;
pub(crate) mod shadow_refusal;
pub(crate) mod stored;
pub(crate) mod tagged;
