//! Which clients an account knows.

use ferroboard_auth::Account;
use ferroboard_kernel::UserId;

use crate::Error;
use crate::process::Core;

/// No user's number. What is asked about an account is asked about nobody too, so that the time tells
/// nothing.
pub(crate) const NOBODY: UserId = UserId::new(0);

/// The user of an account, or nobody.
pub(crate) fn user_of(account: Option<&Account>) -> UserId {
    account.map_or(NOBODY, |account| account.id)
}

impl Core {
    /// Whether the account has a live session that was opened from the network of this client address.
    /// Nothing is kept for this alone: who ends the session is a stranger again.
    pub(crate) async fn knows_client(
        &self,
        account: Option<&Account>,
        ip: &str,
    ) -> Result<bool, Error> {
        let (store, now) = (&self.ports.store, self.ports.clock.now());
        let sessions = store.list_sessions(user_of(account), now).await?;
        Ok(sessions.iter().any(|session| session.was_opened_at(ip)))
    }
}
