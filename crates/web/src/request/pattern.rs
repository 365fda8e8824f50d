//! Which row of the table of routes a request matched.

/// The path of the table that a request matched; what the log and the counters call it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern(pub &'static str);

impl Pattern {
    /// Tells the lines of the log that the request belongs to this row from here on.
    pub(crate) fn found(self) {
        tracing::Span::current().record("route", self.0);
    }
}
