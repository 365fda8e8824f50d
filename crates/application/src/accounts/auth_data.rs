//! What a login gives.

use ferroboard_auth::SubscribeToken;

/// What a client gets when it is logged in.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthData {
    /// The session's JWT.
    pub token: String,
    /// May use the admin routes.
    pub is_admin: bool,
    /// What the subscription link carries.
    pub subscribe_token: SubscribeToken,
}

impl std::fmt::Debug for AuthData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthData")
            .field("is_admin", &self.is_admin)
            .finish_non_exhaustive()
    }
}
