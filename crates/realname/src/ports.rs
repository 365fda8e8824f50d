//! What this domain needs from outside.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};
use zeroize::Zeroizing;

use crate::{IdentityHash, IdentityNumber, RealNameRecord, Review, Status};

/// What is sealed: a text sealed as one cannot be opened as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedField {
    /// The name.
    Name,
    /// The number.
    Number,
}

impl SealedField {
    /// The name that a seal is bound to.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "real_name",
            Self::Number => "identity_no",
        }
    }
}

/// A text could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text could not be sealed")]
pub struct SealingFailed;

/// Seals names and numbers. An implementation MUST use authenticated encryption with a fresh nonce for
/// each text, bind it to field and user, and never log or keep a plain text.
pub trait IdentityCipher: Send + Sync {
    /// Which key seals now.
    fn key(&self) -> i64;

    /// The sealed form of a text.
    fn seal(&self, field: SealedField, user: UserId, plain: &str) -> Result<String, SealingFailed>;

    /// The text, if this field of this user was sealed by a key that is still known.
    fn open(
        &self,
        field: SealedField,
        user: UserId,
        key: i64,
        sealed: &str,
    ) -> Option<Zeroizing<String>>;

    /// The keyed hash of a number.
    fn hash(&self, number: &IdentityNumber) -> IdentityHash;
}

/// Submissions (`ferro_real_name`), inside one open transaction.
#[async_trait]
pub trait RealNameRepository: Send {
    /// The user's submission, locked.
    async fn lock_real_name(&mut self, user: UserId) -> Result<Option<RealNameRecord>, StoreError>;

    /// How many users besides `except` hold the identity: pending or approved.
    async fn count_identity_holders(
        &mut self,
        identity: &IdentityHash,
        except: UserId,
    ) -> Result<i64, StoreError>;

    /// Inserts a first submission. MUST return [`StoreError::Duplicate`] when the user has one.
    async fn insert_real_name(&mut self, record: &RealNameRecord) -> Result<(), StoreError>;

    /// Writes every column if the submission still stands at `from`; `false` means that another
    /// request was first.
    async fn move_real_name(
        &mut self,
        record: &RealNameRecord,
        from: Status,
    ) -> Result<bool, StoreError>;

    /// Deletes the submission; `false` when there is none.
    async fn delete_real_name(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// The submissions of users above `after`, by user, locked.
    async fn lock_real_names(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<RealNameRecord>, StoreError>;

    /// Of these users' submissions those whose account is gone are deleted; how many.
    async fn delete_orphaned_real_names(&mut self, users: &[UserId]) -> Result<u64, StoreError>;

    /// Approves those of these users' submissions that are pending, and, unless `wrong_checksums`,
    /// have a right check digit. MUST be one statement; how many.
    async fn move_pending_real_names(
        &mut self,
        users: &[UserId],
        wrong_checksums: bool,
        review: &Review,
    ) -> Result<u64, StoreError>;
}

/// Locks that submissions of one identity share (`ferro_identity_lock`).
#[async_trait]
pub trait IdentityLockRepository: Send {
    /// Waits until no other transaction holds the lock, and holds it until this one ends. What the
    /// previous holder committed MUST be visible to every later statement.
    async fn lock_identity(&mut self, lock: i64) -> Result<(), StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait RealNameTx: RealNameRepository + IdentityLockRepository {}
impl<T: RealNameRepository + IdentityLockRepository + ?Sized> RealNameTx for T {}
