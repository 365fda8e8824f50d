//! Answering: the envelope, refusals and their texts, members that several answers share.

pub(crate) mod csv;
pub(crate) mod csv_file;
pub(crate) mod decimal;
pub(crate) mod envelope;
pub(crate) mod fault;
pub(crate) mod instant;
pub(crate) mod messages;
pub(crate) mod node_flaws;
pub(crate) mod refusals;
pub(crate) mod shadow_refusal;
pub(crate) mod stored;
pub(crate) mod tagged;
