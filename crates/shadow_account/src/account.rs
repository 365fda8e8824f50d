use ferroboard_kernel::{Email, GroupId, PlanId, UnixSeconds, UserId};

/// A user as far as a shadow follows: columns of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MainAccount {
    /// The row.
    pub id: UserId,
    /// The address.
    pub email: Email,
    /// Suspended.
    pub banned: bool,
    /// The plan.
    pub plan_id: Option<PlanId>,
    /// When the subscription ends; `None` never, 0 none.
    pub expired_at: Option<UnixSeconds>,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// Bytes sent in this period.
    pub upload: i64,
    /// Bytes received in this period.
    pub download: i64,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// When its traffic was last counted anew.
    pub last_reset_at: Option<UnixSeconds>,
}

/// What of a shadow's row follows the main account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShadowColumns {
    /// Which nodes may be used; `None` is no node.
    pub group_id: Option<GroupId>,
    /// The plan.
    pub plan_id: Option<PlanId>,
    /// When the subscription ends.
    pub expired_at: Option<UnixSeconds>,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// Bytes sent in this period.
    pub upload: i64,
    /// Bytes received in this period.
    pub download: i64,
    /// Mbps.
    pub speed_limit: Option<i64>,
    /// Devices at once.
    pub device_limit: Option<i64>,
    /// Suspended.
    pub banned: bool,
    /// A shadow is never counted anew on its own, so that this is always `None`.
    pub next_reset_at: Option<UnixSeconds>,
    /// When its traffic was last counted anew.
    pub last_reset_at: Option<UnixSeconds>,
}

/// A shadow's row of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowRow {
    /// The row.
    pub id: UserId,
    /// The address.
    pub email: Email,
    /// What nodes know it by.
    pub uuid: String,
    /// What its subscription link carries.
    pub token: String,
    /// What follows the main account.
    pub columns: ShadowColumns,
}

impl ShadowRow {
    /// Whether somebody suspended the shadow and not its main account. One that follows a suspended
    /// main account has no group.
    pub(crate) fn was_banned_alone(&self, main: &MainAccount) -> bool {
        self.columns.banned && self.columns.group_id.is_some() && !main.banned
    }
}

/// A shadow's row about to be inserted. Password, its algorithm and its salt are those of the main
/// account; everything else has the defaults of the schema, and the reminders are off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShadowUser {
    /// Whose shadow.
    pub main: UserId,
    /// The address.
    pub email: Email,
    /// What nodes know it by.
    pub uuid: String,
    /// What its subscription link carries.
    pub token: String,
    /// When.
    pub now: UnixSeconds,
}

/// Which row is whose shadow (a row of `ferro_shadow_account`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowAccount {
    /// The main account.
    pub main: UserId,
    /// The shadow.
    pub shadow: UserId,
    /// Switched on.
    pub active: bool,
    /// When the password was last copied.
    pub password_synced_at: Option<UnixSeconds>,
    /// When the shadow was last changed to follow.
    pub synced_at: Option<UnixSeconds>,
}
