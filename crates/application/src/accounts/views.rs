//! What screens show of it.

use ferroboard_auth::{SessionName, SubscribeToken};
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, SessionNumber, UnixSeconds, UserId};

/// A live session and the account that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session's row.
    pub number: SessionNumber,
    /// Its name.
    pub name: SessionName,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<UnixSeconds>,
    /// The account.
    pub account: AccountView,
}

/// What the user's own pages show of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The row.
    pub id: UserId,
    /// The address.
    pub email: Email,
    /// Suspended.
    pub banned: bool,
    /// May use the admin routes.
    pub is_admin: bool,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// Bytes sent in this period.
    pub upload: i64,
    /// Bytes received in this period.
    pub download: i64,
    /// When the user last logged in.
    pub last_login_at: Option<UnixSeconds>,
    /// When the account was made.
    pub created_at: UnixSeconds,
    /// Mail before the subscription ends.
    pub remind_expire: bool,
    /// Mail when most of the traffic is used.
    pub remind_traffic: bool,
    /// When the subscription ends; `None` never, 0 none.
    pub expired_at: Option<UnixSeconds>,
    /// When the traffic is next counted anew, as stored.
    pub next_reset_at: Option<UnixSeconds>,
    /// Money to spend on orders.
    pub balance: Cents,
    /// Commission that can be withdrawn or transferred.
    pub commission_balance: Cents,
    /// The plan.
    pub plan_id: Option<PlanId>,
    /// Whose nodes are open.
    pub group_id: Option<GroupId>,
    /// Percent off for this user.
    pub discount: Option<i64>,
    /// Percent of commission for this inviter.
    pub commission_rate: Option<i64>,
    /// The bound Telegram account.
    pub telegram_id: Option<i64>,
    /// What nodes know the user by.
    pub uuid: String,
    /// What the subscription link carries.
    pub subscribe_token: SubscribeToken,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// Whether its subscription renews itself from the balance.
    pub auto_renewal: bool,
    /// Whose shadow account it is.
    pub shadow_of: Option<UserId>,
}

impl AccountView {
    /// Whether the account may use nodes at `now`, however much of its traffic is used: it is not
    /// suspended, has traffic, and its subscription has not ended.
    pub fn may_use_nodes(&self, now: UnixSeconds) -> bool {
        !self.banned
            && self.transfer_enable != 0
            && self.expired_at.is_none_or(|expired_at| expired_at > now)
    }
}

/// What waits for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OverviewView {
    /// Orders that are not paid (status 0).
    pub pending_orders: i64,
    /// Tickets that are open (status 0).
    pub open_tickets: i64,
    /// Users whom this one invited.
    pub invited_users: i64,
}
