//! Which row of the table of routes a request matched.

/// The path of the table that a request matched; what the log and the counters call it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern(pub(crate) &'static str);
