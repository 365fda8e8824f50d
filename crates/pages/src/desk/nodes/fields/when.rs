//! On what it depends whether a field is shown.

/// Fields with these values.
pub(super) type When = &'static [(&'static str, &'static [&'static str])];
