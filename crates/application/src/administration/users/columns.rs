//! A user's row, as administrators see it and as they change it.

use ferroboard_invite::CommissionMode;
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, UnixSeconds, UserId};
use serde_json::{Value, json};

/// The columns of `v2_user` that administrators see: all but the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The row.
    pub id: UserId,
    /// Who invited the user, whether or not that account is still there.
    pub inviter: Option<UserId>,
    /// Their address, while the account exists.
    pub inviter_email: Option<String>,
    /// The chat with the bot.
    pub telegram_id: Option<i64>,
    /// The address that logs in.
    pub email: String,
    /// How the password is hashed, where it does not say itself.
    pub password_algo: Option<String>,
    /// What it is hashed with.
    pub password_salt: Option<String>,
    /// The balance.
    pub balance: Cents,
    /// Percent off every order.
    pub discount: Option<i64>,
    /// Which orders earn commission.
    pub commission_type: i64,
    /// How much, in percent.
    pub commission_rate: Option<i64>,
    /// The commission balance.
    pub commission_balance: Cents,
    /// When traffic was last reported.
    pub last_traffic_at: i64,
    /// Bytes sent.
    pub upload: i64,
    /// Bytes received.
    pub download: i64,
    /// Bytes that may be used.
    pub transfer_enable: i64,
    /// Suspended.
    pub banned: bool,
    /// May use the admin routes.
    pub is_admin: bool,
    /// Answers tickets.
    pub is_staff: bool,
    /// When the user last logged in.
    pub last_login_at: Option<i64>,
    /// From where, as a number.
    pub last_login_ip: Option<i64>,
    /// What nodes know the user by.
    pub uuid: String,
    /// Which nodes may be used.
    pub group: Option<GroupId>,
    /// The group's name, while there is one.
    pub group_name: Option<String>,
    /// The plan.
    pub plan: Option<PlanId>,
    /// Its name, while there is one.
    pub plan_name: Option<String>,
    /// Mbps.
    pub speed_limit: Option<i64>,
    /// Devices at once.
    pub device_limit: Option<i64>,
    /// Whether mail comes before the subscription ends.
    pub remind_expire: Option<bool>,
    /// Whether mail comes when most of the traffic is used.
    pub remind_traffic: Option<bool>,
    /// What the subscription link carries.
    pub token: String,
    /// When the subscription ends: never without a value, 0 where there never was one.
    pub expired_at: Option<i64>,
    /// When the traffic is next counted anew.
    pub next_reset_at: Option<i64>,
    /// When it was last.
    pub last_reset_at: Option<i64>,
    /// How often it was.
    pub reset_count: i64,
    /// Devices that are online.
    pub online_count: Option<i64>,
    /// When the user was last online.
    pub last_online_at: Option<UnixSeconds>,
    /// What administrators noted.
    pub remarks: Option<String>,
    /// When the row was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A user with what stands beside it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// The row.
    pub user: UserView,
    /// Where its proxy clients fetch their configuration.
    pub subscribe_url: String,
}

impl UserView {
    /// Bytes used.
    pub const fn used(&self) -> i64 {
        self.upload.saturating_add(self.download)
    }

    /// Bytes left, or below zero what was used beyond.
    pub const fn left(&self) -> i64 {
        self.transfer_enable.saturating_sub(self.used())
    }

    /// When the subscription ends, where there is one that does.
    pub fn ends_at(&self) -> Option<UnixSeconds> {
        self.expired_at.filter(|at| *at != 0).map(UnixSeconds::new)
    }
}

/// The columns of `v2_user` that administrators change, as they were read behind a lock. Money is only
/// read: it moves by the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedUser {
    /// The row.
    pub id: UserId,
    /// The address that logs in.
    pub email: Email,
    /// Suspended.
    pub banned: bool,
    /// May use the admin routes.
    pub is_admin: bool,
    /// Answers tickets.
    pub is_staff: bool,
    /// Who invited the user.
    pub inviter: Option<UserId>,
    /// The balance.
    pub balance: Cents,
    /// The commission balance.
    pub commission_balance: Cents,
    /// Which orders earn commission.
    pub commission_type: CommissionMode,
    /// How much, in percent.
    pub commission_rate: Option<i64>,
    /// Percent off every order.
    pub discount: Option<i64>,
    /// Bytes sent.
    pub upload: i64,
    /// Bytes received.
    pub download: i64,
    /// Bytes that may be used.
    pub transfer_enable: i64,
    /// The plan.
    pub plan: Option<PlanId>,
    /// Which nodes may be used.
    pub group: Option<GroupId>,
    /// When the subscription ends.
    pub expired_at: Option<UnixSeconds>,
    /// When the traffic is next counted anew.
    pub next_reset_at: Option<UnixSeconds>,
    /// Mbps.
    pub speed_limit: Option<i64>,
    /// Devices at once.
    pub device_limit: Option<i64>,
    /// What administrators noted.
    pub remarks: Option<String>,
}

impl ManagedUser {
    /// What the record says of a self.
    pub(super) fn shown(&self) -> Value {
        json!({
            "email": self.email.as_str(),
            "banned": self.banned,
            "is_admin": self.is_admin,
            "is_staff": self.is_staff,
            "invite_user_id": self.inviter.map(UserId::get),
            "commission_type": self.commission_type.code(),
            "commission_rate": self.commission_rate,
            "discount": self.discount,
            "u": self.upload,
            "d": self.download,
            "transfer_enable": self.transfer_enable,
            "plan_id": self.plan.map(PlanId::get),
            "group_id": self.group.map(GroupId::get),
            "expired_at": self.expired_at.map(UnixSeconds::get),
            "next_reset_at": self.next_reset_at.map(UnixSeconds::get),
            "speed_limit": self.speed_limit,
            "device_limit": self.device_limit,
            "remarks": self.remarks,
        })
    }
}
