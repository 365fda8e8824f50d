use ferroboard_kernel::{GroupId, UnixSeconds};

/// A permission group (`v2_server_group`): which nodes a subscription may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeGroup {
    /// The row's number.
    pub id: GroupId,
    /// What administrators call it.
    pub name: String,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}
