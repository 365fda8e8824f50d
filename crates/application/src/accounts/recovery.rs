//! A new password for who can read the mailbox.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, CounterName, Limit};
use ferroboard_auth::{AuthError, AuthPolicy, ClientInfo, Password, Requester};
use ferroboard_kernel::Email;

use crate::administration::audit::record_command;
use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork};

/// A recovery as it was asked for.
#[derive(Debug, Clone)]
pub struct ResetPassword {
    /// The address of the account.
    pub email: Email,
    /// The code that was mailed there.
    pub email_code: String,
    /// The new password.
    pub password: Password,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// Recovers accounts.
pub struct Recovery(pub(crate) Arc<Core>);

impl Recovery {
    /// Sets the password, ends every session of the account and forgets its failed logins. The code
    /// is used up in the same transaction. Works for suspended accounts too.
    pub async fn reset_password(&self, command: ResetPassword) -> Result<(), Error> {
        command.password.refuse_as_new(&command.email)?;
        self.check_code(&command).await?;
        let ports = &self.0.ports;
        let account = ports.store.find_login(&command.email).await?;
        let account = account.ok_or(AuthError::NotRegistered)?;
        if self.0.is_shadow(account.id).await? {
            return Err(AuthError::NotRegistered.into());
        }
        // Who reads the mailbox is known.
        let requester = Requester::client(&command.email, &command.client.ip, true);
        let hash = ports.hasher.hash(&command.password, &requester).await?;
        let (email, code) = (&command.email, command.email_code.as_str());
        transact!(self.0.ports.store, |tx| self
            .set_within(tx, email, Some(code), &hash)
            .await?)
    }

    /// Sets the password of an account without a code, for the operator. Ends every session of the
    /// account and forgets its failed logins.
    pub async fn replace_password(&self, email: &Email, password: &Password) -> Result<(), Error> {
        password.refuse_as_new(email)?;
        let ports = &self.0.ports;
        if ports.store.find_login(email).await?.is_none() {
            return Err(AuthError::NotRegistered.into());
        }
        let hash = ports.hasher.hash(password, &Requester::operator()).await?;
        transact!(self.0.ports.store, |tx| {
            self.set_within(tx, email, None, &hash).await?;
            record_command(tx, "admin password", email, ports.clock.now()).await?;
        })
    }

    /// A wrong code is counted although the request is refused, so the transaction commits first.
    async fn check_code(&self, command: &ResetPassword) -> Result<(), Error> {
        let is_right = transact!(self.0.ports.store, |tx| self
            .check_code_within(tx, command)
            .await?)?;
        if is_right {
            Ok(())
        } else {
            Err(AuthError::EmailCodeIncorrect.into())
        }
    }

    async fn check_code_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &ResetPassword,
    ) -> Result<bool, Error> {
        let core = &self.0;
        let tries = Self::limits(command);
        core.look_at_attempts(tx, &tries, Attempt::Recovery).await?;
        let (email, code) = (&command.email, command.email_code.as_str());
        let now = core.ports.clock.now();
        let is_right = core.auth.try_code(tx, email, code, now).await?;
        if !is_right {
            core.count_attempt(tx, &tries, Attempt::Recovery).await?;
        }
        Ok(is_right)
    }

    /// The counters of wrong codes, with their limits.
    fn limits(command: &ResetPassword) -> Vec<(CounterName, Limit)> {
        let name = |ip: &str| CounterName::failed_recoveries(&command.email, ip);
        AuthPolicy::FAILED_RECOVERIES.by_network(&command.client.ip, name)
    }

    async fn set_within(
        &self,
        tx: &mut dyn UnitOfWork,
        email: &Email,
        code: Option<&str>,
        hash: &str,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let found = tx.find_account_by_email(email).await?;
        let id = found.ok_or(AuthError::NotRegistered)?.id;
        let account = tx.lock_account(id).await?.ok_or(AuthError::NotRegistered)?;
        if let Some(code) = code {
            self.0.auth.use_code(tx, email, code, now).await?;
        }
        self.0
            .auth
            .set_password(tx, &account, hash, None, now)
            .await?;
        self.0.tell_of_new_password(tx, email, now).await?;
        self.0.follow_password(tx, id).await
    }
}
