//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use crate::{MainAccount, NewShadowUser, ShadowAccount, ShadowColumns, ShadowRow};

/// A shadow with both rows, as far as they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowPair {
    /// Which row is whose shadow.
    pub account: ShadowAccount,
    /// The main account.
    pub main: Option<MainAccount>,
    /// The shadow.
    pub shadow: Option<ShadowRow>,
}

/// Shadows (`ferro_shadow_account`) and their rows of `v2_user`.
#[async_trait]
pub trait ShadowRepository: Send {
    /// The user as a main account, locked.
    async fn lock_main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError>;

    /// The user's shadow. Every change of it happens behind the lock of the main account.
    async fn find_shadow_account(
        &mut self,
        main: UserId,
    ) -> Result<Option<ShadowAccount>, StoreError>;

    /// Main account and shadow of those of these users who are either, each pair once, by main
    /// account; at most 1,000 users.
    async fn list_shadow_links(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, UserId)>, StoreError>;

    /// Whose shadow the user is.
    async fn find_main_of(&mut self, shadow: UserId) -> Result<Option<UserId>, StoreError>;

    /// The row of a shadow, locked.
    async fn lock_shadow_row(&mut self, shadow: UserId) -> Result<Option<ShadowRow>, StoreError>;

    /// Who has the address.
    async fn find_owner_of_email(&mut self, email: &Email) -> Result<Option<UserId>, StoreError>;

    /// Inserts the row of a shadow. MUST return [`StoreError::Duplicate`] when the address is taken.
    async fn insert_shadow_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError>;

    /// Inserts an active shadow. MUST return [`StoreError::Duplicate`] when the user has one.
    async fn insert_shadow_account(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Writes everything but whose shadow it is.
    async fn update_shadow_account(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes the entry of the user's shadow, and the shadow's row of `v2_user` if it is there.
    async fn delete_shadow_account(&mut self, account: &ShadowAccount) -> Result<(), StoreError>;

    /// Writes what follows the main account into the row of a shadow, and its address.
    async fn update_shadow_row(
        &mut self,
        shadow: UserId,
        email: &Email,
        columns: &ShadowColumns,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Replaces what nodes and subscription links know the shadow by.
    async fn update_shadow_identity(
        &mut self,
        shadow: UserId,
        uuid: &str,
        token: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Copies password, algorithm and salt from the main account; `false` when they were the same.
    async fn update_shadow_password(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// The shadows of users above `after`, by user, with both rows, without locks.
    async fn list_shadow_pairs(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<ShadowPair>, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait ShadowTx: ShadowRepository {}
impl<T: ShadowRepository + ?Sized> ShadowTx for T {}
