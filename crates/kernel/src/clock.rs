use crate::UnixSeconds;

/// Where the time comes from.
///
/// Nothing but an implementation of this port reads the system's clock, so that tests can set it.
pub trait Clock: Send + Sync {
    /// The present instant. It may stand still, and after a correction of the system's clock it may
    /// go back: nothing may rely on two readings differing, and what was stored before may lie ahead of it
    /// ([`UnixSeconds::elapsed_since`], [`UnixSeconds::holds_at`]).
    fn now(&self) -> UnixSeconds;
}
