//! Real names: as their owners submit them, and as administrators review them.

pub(crate) mod operations;
pub(crate) mod reviews;
pub(crate) mod submission;
