//! Whom nodes leave out for the lack of a real name.

use ferroboard_kernel::Seconds;

/// Whom nodes leave out: users who are not verified and registered at least this long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeDemand {
    pub(crate) grace: Seconds,
    pub(crate) exempts_admins: bool,
}
