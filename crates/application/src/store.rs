//! The doors to the database: a transaction for every change, queries for every screen.

use async_trait::async_trait;
use ferroboard_audit::AuditTx;
use ferroboard_auth::{Account, AuthTx, CounterName, SessionRecord, SubscribeToken, TokenDigest};
use ferroboard_billing::{
    BillingTx, Coupon, CouponCode, LedgerRepository, OrderStatus, PaymentMethod, Plan,
    ReminderRepository,
};
use ferroboard_giftcard::GiftCardTx;
use ferroboard_invite::InviteTx;
use ferroboard_kernel::{
    ArticleId, Email, GiftUsageId, GroupId, OrderId, PaymentId, PlanId, Seconds, SessionNumber,
    StoreError, TicketId, TradeNo, UnixSeconds, UserId,
};
use ferroboard_knowledge::{AnnouncementPage, Article};
use ferroboard_mail::MailTx;
use ferroboard_nodes::NodesTx;
use ferroboard_realname::{IdentityHash, RealNameRecord, RealNameTx, Status};
use ferroboard_shadow_account::ShadowTx;
use ferroboard_site::{PluginRecord, PluginRow, SiteTx};
use ferroboard_statistics::StatisticsTx;
use ferroboard_subscription::{StoredNode, TemplateName};
use ferroboard_telegram::{ChatId, TelegramTx};
use ferroboard_tickets::{Ticket, TicketTx};

use crate::administration::demo::DemoRepository;
use crate::jobs::operations::OperationRepository;
use crate::nodes::online_devices::DeviceQueries;
use crate::nodes::queries::NodeQueries;
use crate::shadows::account::ShadowQueries;
use crate::views::{
    AccountView, AuditFilter, AuditPage, ChatAccountView, CommissionLogPage, GiftUsagePage,
    GiftUsageView, InviteCodeView, InviteStatistics, OfferedPlanView, OrderView, OutboxCounts,
    OverviewView, PlanView, RealNameCounts, RealNamePage, SessionView, SubscriberView, TicketView,
    TrafficLogView,
};

/// One open transaction: everything every domain may do inside it.
///
/// Dropped unfinished (cancelled, panicked) it is rolled back. After any [`StoreError`] it is over:
/// it can only be rolled back.
#[async_trait]
pub trait UnitOfWork:
    AuditTx
    + AuthTx
    + BillingTx
    + GiftCardTx
    + InviteTx
    + LedgerRepository
    + MailTx
    + NodesTx
    + RealNameTx
    + ReminderRepository
    + ShadowTx
    + SiteTx
    + StatisticsTx
    + TicketTx
    + PanelTx
    + TelegramTx
{
    /// Makes all changes durable. An error means that none, or (when the connection broke at this
    /// moment) an unknown all-or-nothing, was made.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Undoes all changes.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// The database.
#[async_trait]
pub trait Store:
    SessionQueries
    + AccountQueries
    + PlanQueries
    + OrderQueries
    + PaymentQueries
    + CouponQueries
    + GiftCardQueries
    + InviteQueries
    + KnowledgeQueries
    + NodeQueries
    + RealNameQueries
    + DeviceQueries
    + ShadowQueries
    + SettingQueries
    + TicketQueries
    + TelegramQueries
    + TrafficQueries
    + SubscriptionQueries
    + UserChangeQueries
    + AdminQueries
{
    /// Opens a transaction. MUST NOT be called while the caller holds another one: SQLite and the
    /// in-memory store have one writer.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Screens about login sessions.
#[async_trait]
pub trait SessionQueries: Send + Sync {
    /// The live session with this digest together with its account, in one statement. `None` when
    /// there is none, it has expired at `now`, or its account is gone.
    async fn find_session(
        &self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<SessionView>, StoreError>;

    /// The user's live sessions, the latest activity first, at most 200.
    async fn list_sessions(
        &self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<SessionRecord>, StoreError>;

    /// Notes that the session was used. Outside any transaction: losing it costs nothing.
    async fn touch_session(
        &self,
        session: SessionNumber,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;
}

/// Screens about accounts.
#[async_trait]
pub trait AccountQueries: Send + Sync {
    /// What the user's own pages show. `None` when the user is gone.
    async fn find_account_view(&self, user: UserId) -> Result<Option<AccountView>, StoreError>;

    /// The account that an address logs in to, without a lock: for hashing before a transaction.
    async fn find_login(&self, email: &Email) -> Result<Option<Account>, StoreError>;

    /// The account, without a lock.
    async fn find_login_of(&self, user: UserId) -> Result<Option<Account>, StoreError>;

    /// What waits for the user: unpaid orders, open tickets, invited users.
    async fn find_overview(&self, user: UserId) -> Result<OverviewView, StoreError>;
}

/// Screens about plans.
#[async_trait]
pub trait PlanQueries: Send + Sync {
    /// The plan.
    async fn find_plan_view(&self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// The plan with the number of its subscribers, counted as
    /// [`PlanRepository::count_plan_subscribers`](ferroboard_billing::PlanRepository::count_plan_subscribers) does.
    async fn find_plan_on_sale(
        &self,
        id: PlanId,
        now: UnixSeconds,
    ) -> Result<Option<PlanView>, StoreError>;

    /// The plans that are shown and sold, by `sort` (null first) and id, with their subscribers;
    /// at most 1,000, in one statement or two.
    async fn list_plans_on_sale(&self, now: UnixSeconds) -> Result<Vec<PlanView>, StoreError>;
}

/// Screens about orders.
#[async_trait]
pub trait OrderQueries: Send + Sync {
    /// The order with its plan and payment method, in one statement or a fixed number of them.
    async fn find_order_view(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderView>, StoreError>;

    /// Where the order stands.
    async fn find_order_status(
        &self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Option<OrderStatus>, StoreError>;

    /// The user's orders, newest first (`created_at` descending, then id ascending), with their
    /// plans, at most 1,000; `payment` and `surplus` are left empty.
    async fn list_order_views(
        &self,
        user: UserId,
        status: Option<OrderStatus>,
    ) -> Result<Vec<OrderView>, StoreError>;

    /// How many orders of the user with this coupon are neither pending nor cancelled.
    async fn count_coupon_uses_of(
        &self,
        user: UserId,
        coupon: ferroboard_kernel::CouponId,
    ) -> Result<i64, StoreError>;

    /// The rows of these orders, by id, whoever bought them: an order names the orders that it
    /// replaces, and only the panel writes those names.
    async fn list_orders_by_id(
        &self,
        ids: &[OrderId],
    ) -> Result<Vec<ferroboard_billing::Order>, StoreError>;
}

/// Screens about ways to pay.
#[async_trait]
pub trait PaymentQueries: Send + Sync {
    /// The methods that are switched on, by `sort` (null first) and id, at most 200.
    async fn list_payment_methods(&self) -> Result<Vec<PaymentMethod>, StoreError>;

    /// The method, switched on or not.
    async fn find_payment_method(&self, id: PaymentId)
    -> Result<Option<PaymentMethod>, StoreError>;

    /// The method that notification addresses name so, switched on or not.
    async fn find_payment_method_by_uuid(
        &self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError>;
}

/// Screens about coupons.
#[async_trait]
pub trait CouponQueries: Send + Sync {
    /// The coupon with the code, matched as
    /// [`CouponRepository::find_coupon`](ferroboard_billing::CouponRepository::find_coupon) does.
    async fn find_coupon_view(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError>;
}

/// Screens about gift cards.
#[async_trait]
pub trait GiftCardQueries: Send + Sync {
    /// What the user redeemed, newest first (`created_at`, then id, both descending): the rows of one
    /// page, and how many there are in all; in a fixed number of statements. `inviter` is left empty.
    async fn list_gift_usages(
        &self,
        user: UserId,
        offset: i64,
        limit: i64,
    ) -> Result<GiftUsagePage, StoreError>;

    /// One of the user's redemptions.
    async fn find_gift_usage(
        &self,
        user: UserId,
        id: GiftUsageId,
    ) -> Result<Option<GiftUsageView>, StoreError>;
}

/// Screens about invitations.
#[async_trait]
pub trait InviteQueries: Send + Sync {
    /// The user's unused invitation codes, by id, at most 1,000.
    async fn list_invite_codes(&self, user: UserId) -> Result<Vec<InviteCodeView>, StoreError>;

    /// What the user's invitations brought.
    async fn find_invite_statistics(&self, user: UserId) -> Result<InviteStatistics, StoreError>;

    /// The user's commission log with amounts above zero, newest first (`created_at`, then id, both
    /// descending): the rows of one page, and how many there are in all.
    async fn list_commission_log(
        &self,
        user: UserId,
        offset: i64,
        limit: i64,
    ) -> Result<CommissionLogPage, StoreError>;
}

/// Articles and announcements. Only rows that are shown are there.
#[async_trait]
pub trait KnowledgeQueries: Send + Sync {
    /// The article, in whatever language.
    async fn find_article(&self, id: ArticleId) -> Result<Option<Article>, StoreError>;

    /// The articles in a language, by `sort` (null first) and id, at most 1,000.
    async fn list_articles(&self, language: &str) -> Result<Vec<Article>, StoreError>;

    /// The categories of the articles in a language, each once, in the order of their first
    /// article in [`list_articles`](Self::list_articles).
    async fn list_article_categories(&self, language: &str) -> Result<Vec<String>, StoreError>;

    /// Announcements by `sort` (null first), then the larger id first: the rows of one page, and how
    /// many there are in all.
    async fn list_announcements(
        &self,
        offset: i64,
        limit: i64,
    ) -> Result<AnnouncementPage, StoreError>;
}

/// Which submissions a screen asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RealNameFilter {
    /// Those that stand so; [`Status::Unsubmitted`] lists users without one.
    pub status: Option<Status>,
    /// Those of one user.
    pub user: Option<UserId>,
    /// Those of users whose address contains this.
    pub email: Option<String>,
    /// Those of one identity.
    pub identity: Option<IdentityHash>,
}

/// Screens about real names.
#[async_trait]
pub trait RealNameQueries: Send + Sync {
    /// The user's submission.
    async fn find_real_name(&self, user: UserId) -> Result<Option<RealNameRecord>, StoreError>;

    /// How often an event was counted that is limited and remembered for `window`; 0 for a counter that
    /// has run out, or would later than that.
    async fn count_events(
        &self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError>;

    /// Submissions, the latest first (then by user), or users without one, by user: the rows of one
    /// page, and how many there are in all.
    async fn list_real_names(
        &self,
        filter: &RealNameFilter,
        offset: i64,
        limit: i64,
    ) -> Result<RealNamePage, StoreError>;

    /// How many users stand where.
    async fn count_real_names(&self) -> Result<RealNameCounts, StoreError>;

    /// Those of these users, by number, who registered at `registered` or earlier and have no approved
    /// submission, their own or their main account's; administrators only where they need one too.
    async fn list_unverified_users(
        &self,
        users: &[UserId],
        registered: UnixSeconds,
        with_admins: bool,
    ) -> Result<Vec<UserId>, StoreError>;
}

/// The site settings and plugins.
#[async_trait]
pub trait SettingQueries: Send + Sync {
    /// Every row of `v2_settings` as (name, value).
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError>;

    /// Every row of `v2_subscribe_templates` as (name, content).
    async fn list_templates(&self) -> Result<Vec<(String, Option<String>)>, StoreError>;

    /// Every row of `v2_plugins`, by id, at most 200.
    async fn list_plugins(&self) -> Result<Vec<PluginRow>, StoreError>;

    /// The same rows in full.
    async fn list_plugin_records(&self) -> Result<Vec<PluginRecord>, StoreError>;
}

/// What administrators read about the panel itself.
#[async_trait]
pub trait AdminQueries: Send + Sync {
    /// The recorded requests that match, newest first, with how many there are in all.
    async fn list_audit_entries(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError>;

    /// Every plan by `sort` (null first) and id with its subscribers and its group; at most 1,000,
    /// in a fixed number of statements.
    async fn list_offered_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<OfferedPlanView>, StoreError>;

    /// The state of every job that ever ran, by name.
    async fn list_job_states(&self) -> Result<Vec<(String, JobState)>, StoreError>;

    /// How many messages wait in the outbox, and how many were given up.
    async fn count_outbox(&self) -> Result<OutboxCounts, StoreError>;
}

/// Screens about tickets.
#[async_trait]
pub trait TicketQueries: Send + Sync {
    /// The user's tickets, newest first (`created_at`, then id, both descending), at most 1,000.
    async fn list_tickets(&self, user: UserId) -> Result<Vec<Ticket>, StoreError>;

    /// A ticket of the user's with its messages, oldest first (by id): of more than 500 the latest
    /// 500. `None` when there is no such ticket or it is another user's.
    async fn find_ticket_view(
        &self,
        user: UserId,
        id: TicketId,
    ) -> Result<Option<TicketView>, StoreError>;
}

/// A user who changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserChange {
    /// The row's number. Numbers are given out when rows are written and not when they are
    /// committed: a lower one may appear after a higher one.
    pub number: i64,
    /// Who.
    pub user: UserId,
    /// When.
    pub at: UnixSeconds,
}

/// Which users changed.
#[async_trait]
pub trait UserChangeQueries: Send + Sync {
    /// The rows with a higher number than `after`, by number, so many at most.
    async fn list_user_changes(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<UserChange>, StoreError>;

    /// The highest number of a row that was written before; 0 when there is none.
    async fn find_user_change_before(&self, at: UnixSeconds) -> Result<i64, StoreError>;
}

/// The bot.
#[async_trait]
pub trait TelegramQueries: Send + Sync {
    /// The account of a chat; of several the one with the lowest number.
    async fn find_chat_account(&self, chat: ChatId) -> Result<Option<ChatAccountView>, StoreError>;

    /// The chats of administrators and staff who are not suspended, each once, at most 100.
    async fn list_staff_chats(&self) -> Result<Vec<ChatId>, StoreError>;
}

/// What users transferred (`v2_stat_user`).
#[async_trait]
pub trait TrafficQueries: Send + Sync {
    /// The user's rows of whole days with `from <= record_at < until`, newest first (then by id), at
    /// most 5,000.
    async fn list_traffic_log(
        &self,
        user: UserId,
        from: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<TrafficLogView>, StoreError>;
}

/// Subscription links.
#[async_trait]
pub trait SubscriptionQueries: Send + Sync {
    /// Whose token it is, letter for letter, with the rule by which the plan counts traffic anew and,
    /// where a template is named, its row; in one statement.
    async fn find_subscriber(
        &self,
        token: &SubscribeToken,
        template: Option<TemplateName>,
    ) -> Result<Option<SubscriberView>, StoreError>;

    /// The nodes that are shown, serve the group and are not over their own traffic limit, by `sort`
    /// (null first) and id, at most 2,000, in one statement.
    async fn list_nodes_shown_to(&self, group: GroupId) -> Result<Vec<StoredNode>, StoreError>;
}

/// The panel's own secrets (`ferro_secret`).
#[async_trait]
pub trait SecretRepository: Send {
    /// The secret.
    async fn find_secret(&mut self, name: &str) -> Result<Option<String>, StoreError>;

    /// Stores a secret that does not exist yet. MUST return [`StoreError::Duplicate`] when it does.
    async fn insert_secret(
        &mut self,
        name: &str,
        value: &str,
        now: UnixSeconds,
    ) -> Result<(), StoreError>;
}

/// The state of a scheduled job (`ferro_job`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobState {
    /// The process that runs it.
    pub holder: Option<String>,
    /// Until when that process holds it without renewing, by the database's clock.
    pub leased_until: UnixSeconds,
    /// When a run last began, by the same clock.
    pub last_started_at: Option<UnixSeconds>,
    /// When a run last ended well.
    pub last_finished_at: Option<UnixSeconds>,
    /// What the last run failed with, if it failed.
    pub last_error: Option<String>,
}

/// Scheduled jobs, so that of several processes one runs each.
#[async_trait]
pub trait JobRepository: Send {
    /// The job's state, locked; a job that was never seen gets a row first. Two transactions MUST
    /// NOT hold the same job's lock at once.
    async fn lock_job(&mut self, name: &str) -> Result<JobState, StoreError>;

    /// What time it is by the database's clock, which all processes share.
    async fn find_time(&mut self) -> Result<UnixSeconds, StoreError>;

    /// Writes the state of a job that this transaction has locked, if it still is held by whom and
    /// until when `from` says; `false` when it is not. MUST be one statement that writes the row.
    async fn move_job(
        &mut self,
        name: &str,
        from: &JobState,
        to: &JobState,
    ) -> Result<bool, StoreError>;

    /// Deletes what has run out before `before` from `ferro_counter`, `ferro_email_code` and
    /// `ferro_login_token`, up to `limit` rows of each; how many rows.
    async fn delete_expired(&mut self, before: UnixSeconds, limit: u32) -> Result<u64, StoreError>;
}

/// Which users changed in a way that nodes must hear of (`ferro_user_change`).
#[async_trait]
pub trait UserChangeRepository: Send {
    /// Appends a row for each of the users, in their order. MUST be one statement.
    async fn insert_user_changes(
        &mut self,
        users: &[UserId],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes the rows that were written before; how many.
    async fn delete_user_changes(&mut self, before: UnixSeconds) -> Result<u64, StoreError>;
}

/// What keeps `v2_user` true beside the domains that own its columns.
#[async_trait]
pub trait UpkeepRepository: Send {
    /// Sets `online_count` to 0 where it is more and `last_online_at` is NULL, before, or ahead of `now`
    /// ([`UnixSeconds::elapsed_since`]); of how many users.
    async fn update_stale_online(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// The first `limit` users after the user `after`, by number, who used traffic since then and not
    /// ahead of `now` ([`UnixSeconds::elapsed_since`]), have a quota, have used it up, and are not
    /// suspended.
    async fn list_exhausted_users(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Deletes up to `limit` users who never were anything: no plan, no quota, `expired_at` 0, no
    /// login, no money, no order, nobody whom they invited, no rights; how many.
    async fn delete_unused_users(&mut self, limit: u32) -> Result<u64, StoreError>;
}

/// What belongs to the panel itself and to no domain.
pub trait PanelTx:
    SecretRepository
    + JobRepository
    + OperationRepository
    + DemoRepository
    + UpkeepRepository
    + UserChangeRepository
{
}
impl<T> PanelTx for T where
    T: SecretRepository
        + JobRepository
        + OperationRepository
        + DemoRepository
        + UpkeepRepository
        + UserChangeRepository
        + ?Sized
{
}
