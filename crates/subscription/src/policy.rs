//! The site settings that this domain reads.

/// How nodes are presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubscriptionPolicy {
    /// Lines about the account stand above the nodes.
    pub show_account: bool,
    /// Names begin with their protocol.
    pub show_protocol: bool,
}
