//! Logging in with a password.

use std::sync::Arc;

use ferroboard_auth::{
    Account, AuthError, AuthPolicy, ClientInfo, CounterName, Limit, Password, PasswordVerdict,
};
use ferroboard_kernel::{Email, Seconds};

use crate::attempts::{count_attempt, refuse_attempt, refuse_when_reached};
use crate::core::{AuthData, Core};
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
    /// Wrong tries are counted for the address, whether or not an account has it, and for the
    /// client; as long as either limit is reached the right password is refused too. However many
    /// tries arrive at once, no more than the limit learn whether they were right.
    pub async fn login(&self, command: Login) -> Result<AuthData, Error> {
        let policy = policies::auth(&self.0.site.current());
        retrying(|| self.attempt(&command, &policy)).await
    }

    async fn attempt(&self, command: &Login, policy: &AuthPolicy) -> Result<AuthData, Error> {
        let tries = self.limits(command, policy);
        retrying(|| refuse_attempt(&self.0, &tries, throttled)).await?;
        let ports = &self.0.ports;
        let account = ports.store.find_login(&command.email).await?;
        // Where shadows may not log in, theirs is as good as an unknown address.
        let account = match account {
            Some(account) if self.refuses_shadow(&account).await? => None,
            other => other,
        };
        let stored = account.as_ref().map(|account| &account.password);
        let verdict = ports.hasher.verify(&command.password, stored).await?;
        match (account, verdict) {
            (Some(account), PasswordVerdict::Right) => {
                self.open(command, policy, account, None).await
            }
            (Some(account), PasswordVerdict::RightButOutdated) => {
                let fresh = ports.hasher.hash(&command.password).await?;
                self.open(command, policy, account, Some(&fresh)).await
            }
            (None, _) | (_, PasswordVerdict::Wrong) => {
                retrying(|| count_attempt(&self.0, &tries, throttled)).await?;
                Err(AuthError::CredentialsIncorrect.into())
            }
        }
    }

    async fn refuses_shadow(&self, account: &Account) -> Result<bool, Error> {
        if self.0.shadow_policy().allows_login {
            return Ok(false);
        }
        self.0.is_shadow(account.id).await
    }

    /// The counters that a login looks at, with their limits.
    fn limits(&self, command: &Login, policy: &AuthPolicy) -> Vec<(CounterName, Limit)> {
        let by_account = policy
            .failed_logins
            .map(|limit| (CounterName::failed_logins(&command.email), limit));
        let by_address = policy.failed_logins.is_some().then(|| {
            let name = CounterName::failed_logins_from(&command.client.ip);
            (name, self.0.options.failed_logins_per_address)
        });
        by_account.into_iter().chain(by_address).collect()
    }

    async fn open(
        &self,
        command: &Login,
        policy: &AuthPolicy,
        verified: Account,
        fresh_hash: Option<&str>,
    ) -> Result<AuthData, Error> {
        let mut tx = self.0.ports.store.begin().await?;
        let outcome = self
            .open_within(tx.as_mut(), command, policy, &verified, fresh_hash)
            .await;
        finish(tx, outcome).await
    }

    async fn open_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &Login,
        policy: &AuthPolicy,
        verified: &Account,
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
        refuse_when_reached(core, tx, &self.limits(command, policy), throttled).await?;
        if account.banned {
            return Err(AuthError::AccountSuspended.into());
        }
        if let Some(hash) = fresh_hash {
            // The row is locked and its password is the verified one, so this cannot miss.
            tx.move_password(account.id, &account.password, hash, now)
                .await?;
        }
        tx.update_last_login(account.id, now).await?;
        if policy.failed_logins.is_some() {
            tx.delete_counter(&CounterName::failed_logins(&command.email))
                .await?;
        }
        let (token, session) = core.new_session(account.id, &command.client);
        core.auth.open_session(tx, &session).await?;
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

const fn throttled(wait: Seconds) -> AuthError {
    AuthError::LoginsThrottled { wait }
}
