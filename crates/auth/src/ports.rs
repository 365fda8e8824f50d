//! What this domain needs from outside. Repositories are used inside one open transaction; "lock"
//! means that no other transaction changes the row before this one ends.

use async_trait::async_trait;
use ferroboard_attempts::CounterRepository;
use ferroboard_kernel::{Email, SessionNumber, StoreError, UnixSeconds, UserId};

use crate::{
    Account, CaptchaKind, EmailCode, NewAccount, NewLoginToken, NewSession, Password, Reminders,
    Requester, SessionKey, SessionName, StoredPassword, SubscribeToken, TokenDigest,
};

/// The accounts in `v2_user`; writes only the columns that this domain owns, and `updated_at`.
#[async_trait]
pub trait AccountRepository: Send {
    /// The account with this address.
    async fn find_account_by_email(&mut self, email: &Email)
    -> Result<Option<Account>, StoreError>;

    /// The address of an account.
    async fn find_account_address(&mut self, id: UserId) -> Result<Option<Email>, StoreError>;

    /// The account, locked until the transaction ends.
    async fn lock_account(&mut self, id: UserId) -> Result<Option<Account>, StoreError>;

    /// Inserts the account with `expired_at` NULL and the defaults of the schema elsewhere.
    /// MUST return [`StoreError::Duplicate`] when the address is taken.
    async fn insert_account(&mut self, account: &NewAccount) -> Result<UserId, StoreError>;

    /// Writes `last_login_at` and nothing else.
    async fn update_last_login(&mut self, id: UserId, at: UnixSeconds) -> Result<(), StoreError>;

    /// Replaces the password if it still is `from`; sets `password_algo` and `password_salt` to
    /// NULL. `false` means that another request was first.
    async fn move_password(
        &mut self,
        id: UserId,
        from: &StoredPassword,
        to_hash: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes the reminder choices that are given.
    async fn update_reminders(
        &mut self,
        id: UserId,
        reminders: Reminders,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Replaces what nodes and subscription links know the user by. `false` when the user is gone.
    async fn update_identity(
        &mut self,
        id: UserId,
        uuid: &str,
        token: &SubscribeToken,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// How many accounts are administrators.
    async fn count_admins(&mut self) -> Result<i64, StoreError>;

    /// The addresses of up to `limit` administrators and staff who are not banned, the first by number.
    async fn list_staff_emails(&mut self, limit: u32) -> Result<Vec<Email>, StoreError>;
}

/// Login sessions: `personal_access_tokens` (the authority) and `ferro_session` (address and user agent).
#[async_trait]
pub trait SessionRepository: Send {
    /// Opens a session in both tables.
    async fn insert_session(&mut self, session: &NewSession) -> Result<(), StoreError>;

    /// Whether the user still has the session with this number.
    async fn find_session(
        &mut self,
        user: UserId,
        number: SessionNumber,
    ) -> Result<bool, StoreError>;

    /// From which client addresses the user's live sessions were opened, as far as that is known: the latest
    /// [`AuthPolicy::MAX_SESSIONS`](crate::AuthPolicy::MAX_SESSIONS), newest first.
    async fn list_session_addresses(
        &mut self,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError>;

    /// Ends one session of the user; `false` when the user has none by that key.
    async fn delete_session(&mut self, user: UserId, key: &SessionKey) -> Result<bool, StoreError>;

    /// Ends all sessions of the user except the named one; how many ended.
    async fn delete_sessions(
        &mut self,
        user: UserId,
        except: Option<&SessionName>,
    ) -> Result<u64, StoreError>;

    /// Keeps `keep` sessions of the user and deletes the rest, the expired ones first, then those whose
    /// use lies ahead ([`UnixSeconds::elapsed_since`]), then the least recently used; how many were
    /// deleted.
    async fn delete_surplus_sessions(
        &mut self,
        user: UserId,
        keep: i64,
        now: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// Deletes up to `limit` sessions that had ended by themselves at `now`, from both tables; how
    /// many. Rows of `ferro_session` from before `opened_before`, whose sessions another program has
    /// ended, go with them.
    async fn delete_ended_sessions(
        &mut self,
        now: UnixSeconds,
        opened_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Mailed codes (`ferro_email_code`), one for each address.
#[async_trait]
pub trait EmailCodeRepository: Send {
    /// The code of the address, locked; also an expired one.
    async fn lock_email_code(&mut self, email: &Email) -> Result<Option<EmailCode>, StoreError>;

    /// Stores the code in place of an earlier one of the same address.
    async fn insert_email_code(&mut self, code: &EmailCode) -> Result<(), StoreError>;

    /// Counts one more wrong try.
    async fn update_email_code_tries(&mut self, email: &Email) -> Result<(), StoreError>;

    /// Deletes the code if it still is this one; `false` means that another request used it.
    async fn delete_email_code(&mut self, email: &Email, code: &str) -> Result<bool, StoreError>;
}

/// One-time login tokens (`ferro_login_token`).
#[async_trait]
pub trait LoginTokenRepository: Send {
    /// Stores the digest of a token, whom it logs in and until when.
    async fn insert_login_token(&mut self, token: &NewLoginToken) -> Result<(), StoreError>;

    /// Whom the token logs in, also one that has run out.
    async fn find_login_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<UserId>, StoreError>;

    /// Deletes every token of the user; how many there were.
    async fn delete_login_tokens(&mut self, user: UserId) -> Result<u64, StoreError>;

    /// Deletes the token and returns whom it logs in. Of several transactions at once exactly one
    /// MUST get the user; an expired token is deleted and gives nobody.
    async fn delete_login_token(
        &mut self,
        digest: &TokenDigest,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError>;
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait AuthTx:
        AccountRepository
        + SessionRepository
        + EmailCodeRepository
        + LoginTokenRepository
        + CounterRepository
}

/// What checking a password showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordVerdict {
    /// It is not the password.
    Wrong,
    /// It is, and the stored form is up to date.
    Right,
    /// It is, but the stored form should be replaced by a fresh hash.
    RightButOutdated,
}

/// Why a password could be neither hashed nor checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashingFailed {
    /// Too many are waiting already.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The hashing itself failed.
    #[error("hashing failed: {0}")]
    Broken(String),
}

/// Hashes and checks passwords. Implementations MUST NOT block the caller's thread, MUST bound how many
/// passwords wait, and MUST let no requester wait for ever behind others. Never call one while a
/// transaction is open.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A bcrypt hash with the prefix `$2y$`, readable by the reference panel.
    async fn hash(
        &self,
        password: &Password,
        requester: &Requester,
    ) -> Result<String, HashingFailed>;

    /// A hash as [`Self::hash`] makes it of a password that chance drew, with 80 bits of it or more: one that
    /// nobody guesses need not be slow to try. It counts as outdated, and is replaced at the first login.
    async fn hash_drawn(
        &self,
        password: &Password,
        requester: &Requester,
    ) -> Result<String, HashingFailed>;

    /// Checks a password. `None` stands for an account that does not exist: it MUST take as long as
    /// a real check and answer [`PasswordVerdict::Wrong`].
    async fn verify(
        &self,
        password: &Password,
        stored: Option<&StoredPassword>,
        requester: &Requester,
    ) -> Result<PasswordVerdict, HashingFailed>;
}

/// What a session's JWT says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: whose session.
    pub user_id: UserId,
    /// `jti`: the session's name.
    pub session: SessionName,
    /// `iat`.
    pub issued_at: UnixSeconds,
    /// `exp`.
    pub expires_at: UnixSeconds,
}

impl Claims {
    /// Whether the token was issued and has not expired. One that was issued ahead, by a clock that was
    /// wrong, is not there.
    pub fn hold_at(&self, now: UnixSeconds) -> bool {
        now < self.expires_at && now.elapsed_since(self.issued_at).is_some()
    }
}

/// Makes and checks the JWTs of sessions (HS256).
pub trait TokenSigner: Send + Sync {
    /// The token for these claims.
    fn sign(&self, claims: &Claims) -> String;

    /// The claims, when the signature is ours and the token has not expired at `now`.
    fn verify(&self, token: &str, now: UnixSeconds) -> Option<Claims>;
}

/// Asks a captcha service whether a person solved it.
#[async_trait]
pub trait CaptchaVerifier: Send + Sync {
    /// `true` only when the service says so; a service that cannot be reached within five seconds
    /// counts as a refusal and is logged.
    async fn solved(&self, kind: &CaptchaKind, answer: &str, client_ip: &str) -> bool;
}
