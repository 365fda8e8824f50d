use ferroboard_kernel::{Email, UnixSeconds, UserId};

use crate::StoredPassword;

/// The columns of `v2_user` that belong to this domain, as read under a lock or for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The row.
    pub id: UserId,
    /// The address that logs in.
    pub email: Email,
    /// What the password is checked against.
    pub password: StoredPassword,
    /// Suspended by an administrator: may not log in, and open sessions are refused.
    pub banned: bool,
    /// May use the admin routes.
    pub is_admin: bool,
    /// What nodes know the user by (a dashed UUID).
    pub uuid: String,
    /// What the subscription link carries.
    pub subscribe_token: SubscribeToken,
}

/// The secret in a subscription link: 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubscribeToken(String);

impl SubscribeToken {
    /// Takes a token as the database holds it, or as a generator made it.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account about to be inserted. Columns of other domains keep the database's defaults, except
/// `expired_at`, which a new account has as NULL ("never had a subscription that ends").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The address that logs in.
    pub email: Email,
    /// A finished bcrypt hash with the prefix `$2y$`.
    pub password_hash: String,
    /// What nodes know the user by.
    pub uuid: String,
    /// What the subscription link carries.
    pub subscribe_token: SubscribeToken,
    /// May use the admin routes.
    pub is_admin: bool,
    /// Which reminder mails the account starts with.
    pub reminders: Reminders,
    /// The time of `created_at`, `updated_at` and, for a registration, `last_login_at`.
    pub now: UnixSeconds,
    /// Whether the account counts as logged in by being created.
    pub logged_in: bool,
}

/// Which reminder mails an account gets; `None` leaves the stored choice as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reminders {
    /// Mail before the subscription ends.
    pub expire: Option<bool>,
    /// Mail when most of the traffic is used.
    pub traffic: Option<bool>,
}
