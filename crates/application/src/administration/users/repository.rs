//! What administrators change of users, in tables of several domains.

use async_trait::async_trait;
use ferroboard_auth::Reminders;
use ferroboard_billing::Subscription;
use ferroboard_kernel::{Email, GroupId, StoreError, UnixSeconds, UserId};

use super::columns::ManagedUser;

/// Users that are made at once, alike but for what each has of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUsers {
    /// Address, hash of the password, UUID and token of each.
    pub users: Vec<NewUser>,
    /// Which reminder mails they start with.
    pub reminders: Reminders,
    /// What they may use; nothing without.
    pub subscription: Option<Subscription>,
    /// When it ends, where there is no plan.
    pub expired_at: Option<UnixSeconds>,
    /// When they are made.
    pub at: UnixSeconds,
}

/// What one of them has of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The address that logs in.
    pub email: Email,
    /// A finished bcrypt hash.
    pub password_hash: String,
    /// What nodes know the user by.
    pub uuid: String,
    /// What the subscription link carries.
    pub token: String,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// What administrators change of users.
#[async_trait]
pub trait ManagedUserRepository: Send {
    /// The user, locked until the transaction ends.
    async fn lock_managed_user(&mut self, user: UserId) -> Result<Option<ManagedUser>, StoreError>;

    /// Writes what differs; neither money nor the password does. MUST return
    /// [`StoreError::Duplicate`] when another user has the address.
    async fn update_managed_user(
        &mut self,
        before: &ManagedUser,
        after: &ManagedUser,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Inserts users, at most 500, in a fixed number of statements. MUST return [`StoreError::Duplicate`]
    /// when an address is taken.
    async fn insert_users(&mut self, users: &NewUsers) -> Result<(), StoreError>;

    /// Those of these addresses that users have.
    async fn list_taken_emails(&mut self, emails: &[Email]) -> Result<Vec<Email>, StoreError>;

    /// Bans those of these users, at most 1,000, who are neither banned nor administrators; who they are, by
    /// number.
    async fn move_users_to_banned(
        &mut self,
        users: &[UserId],
        at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Ends every way into these accounts, at most 2,000: sessions, login links and mailed codes. In a
    /// fixed number of statements.
    async fn delete_ways_in(&mut self, users: &[UserId]) -> Result<(), StoreError>;

    /// Deletes the user with orders, invitation codes, tickets and their messages, statistics, devices and
    /// real name. What the ledger and the logs say stays. `false` when the user is gone. The caller
    /// holds the lock.
    async fn delete_user(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// The administrators who are not banned, by number. Of two transactions that decide on them the
    /// second MUST wait here.
    async fn lock_admins(&mut self) -> Result<Vec<UserId>, StoreError>;

    /// Whether there is this group of nodes.
    async fn find_node_group(&mut self, group: GroupId) -> Result<bool, StoreError>;

    /// Notes beside the user's latest reset of traffic why it was made: a JSON object.
    async fn update_reset_note(&mut self, user: UserId, note: &str) -> Result<(), StoreError>;
}
