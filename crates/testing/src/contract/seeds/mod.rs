//! How tests put rows in place.

pub(super) mod chat_seed;
pub(super) mod gift_seed;
pub(super) mod knowledge_seed;
pub(super) mod money_seed;
pub(super) mod node_seed;
pub(super) mod seed;
pub(super) mod upkeep_seed;
