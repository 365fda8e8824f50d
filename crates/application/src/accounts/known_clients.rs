//! Which clients an account knows.

use ferroboard_attempts::CounterName;
use ferroboard_auth::{Account, is_from_new_network};
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_mail::NoticeKind;

use crate::process::Core;
use crate::{Error, UnitOfWork};

/// How long nobody is told again of logins from one network.
const PAUSE: Seconds = Seconds::days(1);

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

    /// Queues the notice that somebody logs in from a network that the account does not know, where its owner
    /// wants that, in the transaction that opens the session and before it does. Whoever has no live session
    /// from a known address, as at the first login, is told nothing.
    pub(crate) async fn tell_of_new_network(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        ip: &str,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let kind = NoticeKind::Login;
        let Some((reader, choice)) = self.willing_reader(tx, kind, user).await? else {
            return Ok(());
        };
        let opened_at = tx.list_session_addresses(user, now).await?;
        if !is_from_new_network(&opened_at, ip) {
            return Ok(());
        }
        let name = CounterName::new_network(user, ip);
        if tx.update_counter(&name, PAUSE, now).await? > 1 {
            return Ok(());
        }
        let words = self.login_words(ip, now);
        self.queue_chosen(tx, kind, (&reader, choice), words, now)
            .await?;
        Ok(())
    }
}
