//! What this process keeps for all use cases.

use std::ops::Deref;

use ferroboard_auth::{
    AuthError, AuthPolicy, AuthService, Claims, ClientInfo, NewSession, SessionName, TokenDigest,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::UserId;
use tokio::sync::{Mutex, Notify};

use crate::billing::on_sale::{KnownPlans, OnSale};
use crate::context::Context;
use crate::nodes::memory::NodeMemory;
use crate::nodes::templates::TemplateCache;
use crate::snapshot::Snapshot;
use crate::support::bot_name::KnownName;
use crate::{Background, UnitOfWork};

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
    pub(crate) on_sale: Snapshot<OnSale>,
    pub(crate) plans: Snapshot<KnownPlans>,
    pub(crate) background: Background,
}

impl Deref for Core {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Core {
    /// Opens a session of the user in this transaction, of which other programs are told; its token.
    pub(crate) async fn open_session(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        client: &ClientInfo,
    ) -> Result<String, AuthError> {
        let (token, session) = self.new_session(user, client);
        self.tell_of_new_network(tx, user, &client.ip, session.now)
            .await?;
        self.auth.open_session(tx, &session).await?;
        let kind = EventKind::SessionOpened;
        tx.tell(NewEvent::about_user(kind, user, session.now));
        Ok(token)
    }

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
