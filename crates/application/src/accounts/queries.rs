//! What is read about accounts and sessions, and which users changed.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ferroboard_auth::{Account, SessionRecord, TokenDigest};
use ferroboard_kernel::{Email, SessionNumber, StoreError, UnixSeconds, UserId};

use crate::accounts::views::{AccountView, OverviewView, SessionView};

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

/// Whom a transaction has changed in a way that nodes see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Whose row was made or deleted, or changed in what nodes work with: UUID, group, plan, limits, ban,
    /// expiry, quota, or traffic that was counted anew. Their shadow accounts follow.
    pub users: BTreeSet<UserId>,
    /// Who used up the quota with traffic that was counted.
    pub exhausted: BTreeSet<UserId>,
    /// Whose real name was submitted, decided or deleted.
    pub verified: BTreeSet<UserId>,
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
