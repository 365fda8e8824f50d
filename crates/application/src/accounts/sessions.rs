//! Who is asking, and the list of a user's sessions.

use std::sync::Arc;

use ferroboard_auth::{AuthError, AuthPolicy, Credential, SessionKey, SessionRecord};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::UserId;
use tracing::Instrument as _;

use crate::process::Core;
use crate::transaction::{retrying, transact};
use crate::{Error, SessionView};

/// Login sessions.
pub struct Sessions(pub(crate) Arc<Core>);

impl Sessions {
    /// The session and account of a credential, with one query. A JWT must carry our signature
    /// before the database is asked; then the row alone decides.
    pub async fn authenticate(&self, credential: &Credential) -> Result<SessionView, Error> {
        let ports = &self.0.ports;
        let now = ports.clock.now();
        if credential.looks_like_jwt() && ports.signer.verify(credential.secret(), now).is_none() {
            return Err(AuthError::Unauthenticated.into());
        }
        let found = ports.store.find_session(&credential.digest(), now).await?;
        let session = found.ok_or(AuthError::Unauthenticated)?;
        if credential.row().is_some_and(|row| row != session.number) {
            return Err(AuthError::Unauthenticated.into());
        }
        if session.account.banned {
            return Err(AuthError::AccountSuspended.into());
        }
        let unused = session
            .last_used_at
            .and_then(|used| now.elapsed_since(used));
        let is_stale = unused.is_none_or(|unused| unused >= AuthPolicy::SESSION_TOUCH_INTERVAL);
        if is_stale {
            // Beside the request, which need not wait for it.
            let (store, number) = (Arc::clone(&ports.store), session.number);
            let touching = async move {
                if let Err(error) = store.touch_session(number, now).await {
                    tracing::debug!(%error, "the last use of a session was not noted");
                }
            };
            tokio::spawn(touching.in_current_span());
        }
        Ok(session)
    }

    /// The live sessions of this one's user, the latest activity first: that is this very request.
    pub async fn list(&self, session: &SessionView) -> Result<Vec<SessionRecord>, Error> {
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        // One statement needs no transaction.
        retrying(|| async { Ok(store.touch_session(session.number, now).await?) }).await?;
        Ok(store.list_sessions(session.account.id, now).await?)
    }

    /// Ends one session of the user, and the login links that may have been drawn in it. A key that names none,
    /// or somebody else's, changes nothing.
    pub async fn remove(&self, user: UserId, key: &SessionKey) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            if self.0.auth.end_session(tx, user, key).await? {
                let now = self.0.ports.clock.now();
                tx.tell(NewEvent::about_user(EventKind::SessionEnded, user, now));
            }
        })
    }
}
