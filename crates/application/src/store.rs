//! The doors to the database: a transaction for every change, queries for every screen.

use async_trait::async_trait;
use ferroboard_auth::{Account, AuthTx, SessionRecord, TokenDigest};
use ferroboard_billing::{BillingTx, Plan};
use ferroboard_invite::InviteTx;
use ferroboard_kernel::{Email, PlanId, SessionNumber, StoreError, UnixSeconds, UserId};
use ferroboard_mail::MailTx;
use ferroboard_site::SiteTx;

use crate::views::{AccountView, OverviewView, SessionView};

/// One open transaction: everything every domain may do inside it.
///
/// Dropped unfinished (cancelled, panicked) it is rolled back. After any [`StoreError`] it is over:
/// it can only be rolled back.
#[async_trait]
pub trait UnitOfWork: AuthTx + BillingTx + InviteTx + MailTx + SiteTx + PanelTx {
    /// Makes all changes durable. An error means that none, or (when the connection broke at this
    /// moment) an unknown all-or-nothing, was made.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Undoes all changes.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// The database.
#[async_trait]
pub trait Store: SessionQueries + AccountQueries + PlanQueries + SettingQueries {
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
}

/// The site settings.
#[async_trait]
pub trait SettingQueries: Send + Sync {
    /// Every row of `v2_settings` as (name, value).
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError>;
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
    /// Until when that process holds it without renewing.
    pub leased_until: UnixSeconds,
    /// When a run last began.
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

    /// Writes the state of a job that this transaction has locked.
    async fn update_job(&mut self, name: &str, state: &JobState) -> Result<(), StoreError>;

    /// Deletes what has run out before `before` from `ferro_counter`, `ferro_email_code` and
    /// `ferro_login_token`; how many rows.
    async fn delete_expired(&mut self, before: UnixSeconds) -> Result<u64, StoreError>;
}

/// What belongs to the panel itself and to no domain.
pub trait PanelTx: SecretRepository + JobRepository {}
impl<T: SecretRepository + JobRepository + ?Sized> PanelTx for T {}
