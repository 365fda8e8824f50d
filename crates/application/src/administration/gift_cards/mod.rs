//! Gift cards, as administrators manage them.

pub(crate) mod codes;
pub(crate) mod queries;
pub(crate) mod templates;
pub(crate) mod uses;
pub(crate) mod views;
