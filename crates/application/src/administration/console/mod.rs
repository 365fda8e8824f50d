//! What the console has beside what the operator's API has: lists to be found again, the books of
//! money, mail and work, and a customer's pages as the customer sees them.

pub(crate) mod acting;
pub(crate) mod listings;
pub(crate) mod queries;
pub(crate) mod repository;
pub(crate) mod saved_views;
pub(crate) mod story;
pub(crate) mod views;
pub(crate) mod work;
