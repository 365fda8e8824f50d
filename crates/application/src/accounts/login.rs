//! Logging in with a password.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, CounterName, Limit};
use ferroboard_auth::{
    Account, AuthError, AuthPolicy, ClientInfo, Password, PasswordVerdict, Requester,
    StoredPassword,
};
use ferroboard_kernel::Email;

use crate::accounts::auth_data::AuthData;
use crate::accounts::known_clients::user_of;
use crate::process::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, UnitOfWork, policies};

/// A login as it was asked for.
#[derive(Debug, Clone)]
pub struct Login {
    /// The address.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// Logs accounts in.
pub struct Logins(pub(crate) Arc<Core>);

impl Logins {
    /// Opens a session for who knows the password.
    ///
    /// Wrong tries are counted for the address and the client together, whether or not an account has
    /// the address, and for the client alone. As long as a limit is reached the right password is refused
    /// too, to that client: strangers lock nobody out of where the account is logged in. However many
    /// tries arrive at once, no more than the limit learn whether they were right.
    pub async fn login(&self, command: Login) -> Result<AuthData, Error> {
        let policy = policies::auth(&self.0.site.current());
        // All of it again: whoever was in the way may have set another password.
        retrying(|| self.attempt(&command, &policy)).await
    }

    async fn attempt(&self, command: &Login, policy: &AuthPolicy) -> Result<AuthData, Error> {
        let ports = &self.0.ports;
        let (email, ip) = (&command.email, command.client.ip.as_str());
        let found = ports.store.find_login(email).await?;
        // Where shadows may not log in, theirs is as good as an unknown address.
        let refused = self.refuses_shadow(found.as_ref()).await?;
        let account = found.filter(|_| !refused);
        let is_known = self.0.knows_client(account.as_ref(), ip).await?;
        let stored = account.as_ref().map(|account| &account.password);
        let tries = self.limits(command, policy, stored, is_known);
        self.0
            .look_at_attempts_first(&tries, Attempt::Login)
            .await?;
        let requester = Requester::client(email, ip, is_known);
        let hasher = &ports.hasher;
        let verdict = hasher.verify(&command.password, stored, &requester).await?;
        let fresh = match verdict {
            PasswordVerdict::RightButOutdated => {
                Some(hasher.hash(&command.password, &requester).await?)
            }
            PasswordVerdict::Right | PasswordVerdict::Wrong => None,
        };
        match account {
            Some(account) if verdict != PasswordVerdict::Wrong => {
                self.open(command, &account, &tries, fresh.as_deref()).await
            }
            _ => {
                self.0.count_attempt_apart(&tries, Attempt::Login).await?;
                Err(AuthError::CredentialsIncorrect.into())
            }
        }
    }

    async fn refuses_shadow(&self, account: Option<&Account>) -> Result<bool, Error> {
        if self.0.shadow_policy().allows_login {
            return Ok(false);
        }
        self.0.is_shadow(user_of(account)).await
    }

    /// The counters that a login looks at, with their limits. All strangers together have a wider one,
    /// which known clients neither fill nor wait for.
    fn limits(
        &self,
        command: &Login,
        policy: &AuthPolicy,
        stored: Option<&StoredPassword>,
        is_known: bool,
    ) -> Vec<(CounterName, Limit)> {
        let Some(limit) = policy.failed_logins else {
            return Vec::new();
        };
        let (email, ip) = (&command.email, command.client.ip.as_str());
        let tag = StoredPassword::tag(stored);
        let here = |ip: &str| CounterName::failed_logins_at(email, ip, &tag);
        let mut counters = limit.by_network(ip, here);
        if !is_known {
            let everywhere = limit.times(AuthPolicy::STRANGERS_ALLOWANCE);
            counters.push((CounterName::failed_logins(email), everywhere));
        }
        let any_account = self.0.options.failed_logins_per_address;
        counters.extend(any_account.by_network(ip, CounterName::failed_logins_from));
        counters
    }

    async fn open(
        &self,
        command: &Login,
        verified: &Account,
        tries: &[(CounterName, Limit)],
        fresh_hash: Option<&str>,
    ) -> Result<AuthData, Error> {
        let mut tx = self.0.ports.store.begin().await?;
        let outcome = self
            .open_within(tx.as_mut(), command, verified, tries, fresh_hash)
            .await;
        finish(tx, outcome).await
    }

    async fn open_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &Login,
        verified: &Account,
        tries: &[(CounterName, Limit)],
        fresh_hash: Option<&str>,
    ) -> Result<AuthData, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let account = match core
            .auth
            .lock_verified(tx, verified.id, &verified.password)
            .await
        {
            Err(AuthError::AccountMissing) => return Err(AuthError::CredentialsIncorrect.into()),
            locked => locked?,
        };
        core.look_at_attempts(tx, tries, Attempt::Login).await?;
        if account.banned {
            return Err(AuthError::AccountSuspended.into());
        }
        if let Some(hash) = fresh_hash {
            // The row is locked and its password is the verified one, so this cannot miss.
            tx.move_password(account.id, &account.password, hash, now)
                .await?;
        }
        tx.update_last_login(account.id, now).await?;
        // The first is the client's own count for this account.
        if let Some((own, _)) = tries.first() {
            tx.delete_counter(own).await?;
        }
        let token = core.open_session(tx, account.id, &command.client).await?;
        let Account {
            is_admin,
            subscribe_token,
            ..
        } = account;
        Ok(AuthData {
            token,
            is_admin,
            subscribe_token,
        })
    }
}
