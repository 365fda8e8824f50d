//! What this process keeps for all use cases.

use std::ops::Deref;

use ferroboard_auth::{
    AuthPolicy, AuthService, Claims, ClientInfo, NewSession, SessionName, SubscribeToken,
    TokenDigest,
};
use ferroboard_kernel::UserId;
use tokio::sync::{Mutex, Notify};

use crate::Background;
use crate::context::Context;
use crate::nodes::memory::NodeMemory;
use crate::nodes::templates::TemplateCache;
use crate::support::bot_name::KnownName;

/// What use cases share beside their [`Context`], which it gives as its own.
pub(crate) struct Core {
    pub(crate) context: Context,
    pub(crate) templates: TemplateCache,
    /// Rung when a transaction that queued mail has committed.
    pub(crate) mail_queued: Notify,
    /// What the bot is called.
    pub(crate) bot_name: Mutex<Option<KnownName>>,
    pub(crate) auth: AuthService,
    pub(crate) nodes: NodeMemory,
    pub(crate) background: Background,
}

impl Deref for Core {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

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

impl Core {
    /// Draws a session and signs its token.
    pub(crate) fn new_session(&self, user_id: UserId, client: &ClientInfo) -> (String, NewSession) {
        let now = self.ports.clock.now();
        let expires_at = now.plus(AuthPolicy::SESSION_LIFETIME);
        let name = SessionName::new(self.ports.random.uuid());
        let claims = Claims {
            user_id,
            session: name.clone(),
            issued_at: now,
            expires_at,
        };
        let token = self.ports.signer.sign(&claims);
        let digest = TokenDigest::of(&token);
        let client = client.clone();
        (
            token,
            NewSession {
                name,
                user_id,
                digest,
                client,
                now,
                expires_at,
            },
        )
    }
}
