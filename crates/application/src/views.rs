//! What screens show: flat reads that cross domains.

use ferroboard_audit::Outcome;
use ferroboard_auth::{SessionName, SubscribeToken};
use ferroboard_billing::{Order, PaymentMethod, Plan, ResetMethod};
use ferroboard_giftcard::GiftTemplate;
use ferroboard_kernel::{
    AuditId, Cents, Decimal, Email, GiftUsageId, GroupId, Percent, PlanId, SessionNumber,
    UnixSeconds, UserId,
};
use ferroboard_realname::RealNameRecord;
use ferroboard_subscription::Subscriber;
use ferroboard_tickets::{Ticket, TicketMessage};

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

/// The account behind a subscription link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberView {
    /// The account; the days until its traffic is counted anew are left out.
    pub subscriber: Subscriber,
    /// Which nodes it may use.
    pub group: Option<GroupId>,
    /// Whose it is.
    pub user: UserId,
    /// When its traffic is to be counted anew.
    pub next_reset_at: Option<UnixSeconds>,
    /// Its plan, where that still exists.
    pub plan: Option<PlanId>,
    /// The plan's own rule by which traffic is counted anew.
    pub reset_method: Option<ResetMethod>,
    /// The stored template that was asked for.
    pub template: Option<String>,
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

/// A plan and how many have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    /// The plan.
    pub plan: Plan,
    /// Users whose subscription to it has not ended.
    pub subscribers: i64,
}

/// A plan as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedPlanView {
    /// The plan.
    pub plan: Plan,
    /// The name of its group, while there is one.
    pub group: Option<String>,
    /// Users who have it.
    pub users: i64,
    /// Those of them whose subscription has not ended.
    pub active_users: i64,
}

/// Which recorded requests are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this action.
    pub action: Option<String>,
    /// Of this administrator.
    pub admin: Option<UserId>,
    /// With this text in the path or the fields, as it stands.
    pub keyword: Option<String>,
    /// How many are left out.
    pub offset: i64,
    /// The most that are listed.
    pub limit: i64,
}

/// A recorded request of an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditView {
    /// The row.
    pub id: AuditId,
    /// The administrator.
    pub admin: UserId,
    /// Their address, while the account exists.
    pub email: Option<String>,
    /// What was asked for.
    pub action: String,
    /// The request's method.
    pub method: String,
    /// Its path and query.
    pub uri: String,
    /// Its fields as a JSON text, without secrets.
    pub input: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// What it changed, as JSON texts: before and after.
    pub change: Option<(String, String)>,
    /// The status of its answer, if it was answered.
    pub status: Option<u16>,
    /// When it was asked.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

impl AuditView {
    /// How it ended, as far as is known.
    pub const fn outcome(&self) -> Outcome {
        Outcome::of(self.status)
    }
}

/// Some of the recorded requests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// The newest first.
    pub entries: Vec<AuditView>,
    /// How many there are in all.
    pub total: i64,
}

/// How many messages stand in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// To be sent.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
}

/// An order as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// Its plan, unless that was deleted.
    pub plan: Option<Plan>,
    /// The method of its last checkout, unless that was deleted.
    pub payment: Option<PaymentMethod>,
    /// The orders whose value it replaces.
    pub surplus: Vec<Order>,
}

/// One page of redeemed gift cards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GiftUsagePage {
    /// The rows of the page.
    pub rows: Vec<GiftUsageView>,
    /// How many rows there are on all pages.
    pub total: i64,
}

/// A redeemed gift card as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftUsageView {
    /// The record.
    pub id: GiftUsageId,
    /// The code, unless the card was deleted.
    pub code: Option<String>,
    /// What kind of card it was, unless that was deleted.
    pub template: Option<GiftTemplate>,
    /// What the user got: JSON as stored, which may hold more than may be shown
    /// ([`without_odds`](ferroboard_giftcard::without_odds)).
    pub rewards: String,
    /// What the inviter got: JSON as stored.
    pub inviter_rewards: Option<String>,
    /// Who invited the user, unless that account was deleted.
    pub inviter: Option<(UserId, Email)>,
    /// The place of the user's plan in the list at that time.
    pub level: Option<i64>,
    /// The user's plan at that time.
    pub plan: Option<PlanId>,
    /// By how much amounts were multiplied.
    pub multiplier: Decimal,
    /// What an administrator noted.
    pub notes: Option<String>,
    /// When.
    pub created_at: UnixSeconds,
}

/// An unused invitation code as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCodeView {
    /// Whose it is.
    pub user: UserId,
    /// The code.
    pub code: String,
    /// How often its link was looked at.
    pub views: i64,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// What a user's invitations brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InviteStatistics {
    /// Users whom this one invited.
    pub invited: i64,
    /// Commission that was paid, over all levels.
    pub earned: Cents,
    /// Commission of completed orders that is not confirmed yet (status 3, commission status 0).
    pub pending: Cents,
    /// The user's own rate.
    pub rate: Option<Percent>,
    /// What can be withdrawn or transferred.
    pub available: Cents,
}

/// A ticket as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// What was written in it, oldest first.
    pub messages: Vec<TicketMessage>,
}

/// One page of a commission log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommissionLogPage {
    /// The rows of the page.
    pub rows: Vec<CommissionLogView>,
    /// How many rows there are on all pages.
    pub total: i64,
}

/// A paid commission as the inviter sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionLogView {
    /// The row of `v2_commission_log`.
    pub id: i64,
    /// The number of the order.
    pub trade_no: String,
    /// What was left to pay of the order.
    pub order_amount: Cents,
    /// What the inviter got.
    pub amount: Cents,
    /// When it was paid.
    pub created_at: UnixSeconds,
}

/// What a user transferred through nodes of one rate in one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficLogView {
    /// The user.
    pub user: UserId,
    /// Bytes sent, multiplied by the rate.
    pub upload: i64,
    /// Bytes received, multiplied by the rate.
    pub download: i64,
    /// The rate in hundredths.
    pub rate: i64,
    /// 00:00 of the day.
    pub record_at: UnixSeconds,
}

/// One page of submissions, or of users without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RealNamePage {
    /// The rows of the page.
    pub rows: Vec<RealNameView>,
    /// How many rows there are on all pages.
    pub total: i64,
}

/// A user's submission as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameView {
    /// The user.
    pub user: UserId,
    /// The user's address; none for an account that is gone.
    pub email: Option<Email>,
    /// The submission; none for a user without one.
    pub record: Option<RealNameRecord>,
    /// The address of the administrator who decided.
    pub reviewer: Option<Email>,
}

/// How many users stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RealNameCounts {
    /// Users without a submission.
    pub unsubmitted: i64,
    /// Submissions that wait.
    pub pending: i64,
    /// Users who are verified.
    pub approved: i64,
    /// Submissions that were refused.
    pub rejected: i64,
}

/// The account that a Telegram chat belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAccountView {
    /// The account.
    pub account: AccountView,
    /// May answer tickets.
    pub is_staff: bool,
}
