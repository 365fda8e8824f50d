//! Whom to ask, and what is written already.

pub(super) mod knowledge;
pub(super) mod ticket;
pub(super) mod tickets;
