use ferroboard_kernel::{InviteCodeId, UserId};

/// A row of `v2_invite_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCode {
    /// The row.
    pub id: InviteCodeId,
    /// Whose code it is: the inviter of whoever registers with it.
    pub owner: UserId,
    /// The code.
    pub code: String,
    /// Whether somebody registered with it.
    pub used: bool,
}
