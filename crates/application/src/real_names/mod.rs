//! Real names: as their owners submit them, and as administrators review them.

pub(crate) mod demand;
pub(crate) mod operations;
pub(crate) mod queries;
pub(crate) mod reviews;
pub(crate) mod submission;
pub(crate) mod views;
