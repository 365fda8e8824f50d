//! Nodes, as administrators make and change them.

pub(crate) mod places;
pub(crate) mod ports;
pub(crate) mod record;
pub(crate) mod service;
pub(crate) mod terms;
