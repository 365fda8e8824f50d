//! Second accounts for the IPv6 nodes.

pub(crate) mod account;
pub(crate) mod follow;
pub(crate) mod queries;
