//! The in-memory tables of this domain, and builders for its rows.
//!
//! Whatever has [`MemoryAuth`] inside a transaction is this domain's transaction: the repositories
//! are written once for everything that implements [`HasAuth`].

mod accounts;
mod builders;
mod codes;
mod sessions;

use std::collections::BTreeMap;

use ferroboard_attempts::testing::MemoryAttempts;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{Email, SessionNumber, StoreError, UnixSeconds, UserId};

pub use accounts::push_account;
pub use builders::{a_client, a_login_token, a_session, an_account, an_email_code};

use crate::{Account, ClientInfo, EmailCode, NewLoginToken, SessionName, TokenDigest};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryAuth {
    /// This domain's columns of `v2_user`, where these tables stand alone.
    pub accounts: BTreeMap<UserId, AccountRow>,
    /// `personal_access_tokens` with `ferro_session`.
    pub sessions: BTreeMap<SessionNumber, SessionRow>,
    /// `ferro_email_code`.
    pub email_codes: BTreeMap<Email, EmailCode>,
    /// `ferro_login_token`, by digest.
    pub login_tokens: BTreeMap<String, NewLoginToken>,
    /// `ferro_counter`.
    pub attempts: MemoryAttempts,
    last_user: i64,
    last_session: i64,
}

impl AsMut<MemoryAttempts> for MemoryAuth {
    fn as_mut(&mut self) -> &mut MemoryAttempts {
        &mut self.attempts
    }
}

/// This domain's columns of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// What decisions are made on.
    pub account: Account,
    /// `remind_expire`.
    pub remind_expire: bool,
    /// `remind_traffic`.
    pub remind_traffic: bool,
    /// `is_staff`.
    pub is_staff: bool,
    /// `last_login_at`.
    pub last_login_at: Option<UnixSeconds>,
    /// `created_at`.
    pub created_at: UnixSeconds,
}

/// A session in both of its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub user_id: UserId,
    /// Its name.
    pub name: SessionName,
    /// The digest of its token.
    pub digest: TokenDigest,
    /// The row of `ferro_session`, which sessions of the reference panel lack.
    pub client: Option<ClientInfo>,
    /// When it was opened.
    pub created_at: Option<UnixSeconds>,
    /// When it was last used.
    pub last_used_at: Option<UnixSeconds>,
    /// When it ends by itself.
    pub expires_at: Option<UnixSeconds>,
}

/// A transaction that holds this domain's tables.
pub trait HasAuth: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn auth(&mut self) -> Result<&mut MemoryAuth, StoreError>;

    /// This domain's columns of a user; `None` where `v2_user` has no such row.
    fn account_row(&mut self, user: UserId) -> Result<Option<&mut AccountRow>, StoreError>;

    /// Those of every user, by number.
    fn account_rows(&mut self) -> Result<Vec<&AccountRow>, StoreError>;

    /// Adds a row to `v2_user`.
    fn insert_account_row(&mut self, row: AccountRow) -> Result<(), StoreError>;

    /// Ends the transaction because of this error, as a real database would, and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasAuth for MemoryTransaction<'_, MemoryAuth> {
    fn auth(&mut self) -> Result<&mut MemoryAuth, StoreError> {
        self.open()
    }

    fn account_row(&mut self, user: UserId) -> Result<Option<&mut AccountRow>, StoreError> {
        Ok(self.open()?.accounts.get_mut(&user))
    }

    fn account_rows(&mut self) -> Result<Vec<&AccountRow>, StoreError> {
        Ok(self.open()?.accounts.values().collect())
    }

    fn insert_account_row(&mut self, row: AccountRow) -> Result<(), StoreError> {
        self.open()?.accounts.insert(row.account.id, row);
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl SessionRow {
    /// Whether the session has not ended by itself at `now`.
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }

    /// When anything was last heard of the session.
    fn latest_activity(&self) -> Option<UnixSeconds> {
        self.last_used_at.or(self.created_at)
    }
}

fn duplicate(constraint: &str) -> StoreError {
    StoreError::Duplicate {
        constraint: constraint.to_owned(),
    }
}
