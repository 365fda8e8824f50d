//! What administrators see of the whole panel in numbers.

pub(crate) mod days;
pub(crate) mod figures;
mod first_users;
pub(crate) mod queries;
pub(crate) mod ranks;
pub(crate) mod views;
