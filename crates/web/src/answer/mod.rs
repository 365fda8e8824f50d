//! Answering: the envelope, refusals and their texts, members that several answers share.

#[allow(dead_code, reason = "the routes of administrators are built on it")]
pub(crate) mod csv;
pub(crate) mod decimal;
#[allow(dead_code, reason = "the routes of administrators are built on it")]
pub(crate) mod download;
pub(crate) mod envelope;
pub(crate) mod fault;
pub(crate) mod gift_fields;
pub(crate) mod messages;
pub(crate) mod order_fields;
pub(crate) mod shadow_refusal;
pub(crate) mod stored;
pub(crate) mod tagged;
pub(crate) mod ticket_fields;
