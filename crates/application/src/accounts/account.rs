//! What users do with their own account.

use std::sync::Arc;

use ferroboard_attempts::{Act, Attempt, CounterName, Limit};
use ferroboard_auth::{
    Account, AuthError, AuthPolicy, ClientInfo, Password, PasswordVerdict, Reminders, Requester,
    SessionName, SubscribeToken,
};
use ferroboard_kernel::UserId;

use crate::process::Core;
use crate::transaction::{finish, retrying, transact};
use crate::{Error, OverviewView, UnitOfWork, addresses};

/// A change of password as it was asked for.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// Whose.
    pub user: UserId,
    /// The session that asks; it stays open.
    pub session: SessionName,
    /// The present password.
    pub old: Password,
    /// The new one.
    pub new: Password,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// Accounts, as their owners use them.
pub struct Accounts(pub(crate) Arc<Core>);

impl Accounts {
    /// What waits for the user.
    pub async fn overview(&self, user: UserId) -> Result<OverviewView, Error> {
        Ok(self.0.ports.store.find_overview(user).await?)
    }

    /// Writes the reminder choices that are given.
    pub async fn update_reminders(&self, user: UserId, reminders: Reminders) -> Result<(), Error> {
        if reminders == Reminders::default() {
            return Ok(());
        }
        transact!(self.0.ports.store, |tx| tx
            .update_reminders(user, reminders, self.0.ports.clock.now())
            .await?)
    }

    /// Gives the user a new UUID and subscription token, so that the old subscription address dies
    /// at once, and returns the new address. Sessions stay open.
    pub async fn reset_security(&self, user: UserId, root: &str) -> Result<String, Error> {
        let random = self.0.ports.random.as_ref();
        let (uuid, token) = (random.uuid(), SubscribeToken::new(random.hex32()));
        let is_there = transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let is_there = tx.update_identity(user, &uuid, &token, now).await?;
            if is_there {
                let act = Act::ResetSecurity;
                self.0.count_act(tx, act, user).await?;
                self.0.shadow_rotates(tx, user).await?;
            }
            is_there
        })?;
        if !is_there {
            return Err(AuthError::AccountMissing.into());
        }
        Ok(addresses::subscription(
            &self.0.site.current(),
            root,
            &token,
            random,
        ))
    }

    /// Sets a new password for who knows the present one, and ends all other sessions.
    pub async fn change_password(&self, command: ChangePassword) -> Result<(), Error> {
        // All of it again: whoever was in the way may have set another password.
        retrying(|| self.attempt_change(&command)).await
    }

    async fn attempt_change(&self, command: &ChangePassword) -> Result<(), Error> {
        let tries = [failed_changes(command.user)];
        self.0
            .look_at_attempts_first(&tries, Attempt::PasswordChange)
            .await?;
        let ports = &self.0.ports;
        let account = ports.store.find_login_of(command.user).await?;
        let account = account.ok_or(AuthError::AccountMissing)?;
        command.new.refuse_as_new(&account.email)?;
        // The request carries a session.
        let requester = Requester::client(&account.email, &command.client.ip, true);
        let verdict = ports
            .hasher
            .verify(&command.old, Some(&account.password), &requester)
            .await?;
        if verdict == PasswordVerdict::Wrong {
            self.0
                .count_attempt_apart(&tries, Attempt::PasswordChange)
                .await?;
            return Err(AuthError::OldPasswordIncorrect.into());
        }
        let hash = ports.hasher.hash(&command.new, &requester).await?;
        let mut tx = ports.store.begin().await?;
        let outcome = self
            .change_within(tx.as_mut(), command, &account, &hash)
            .await;
        finish(tx, outcome).await
    }

    async fn change_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &ChangePassword,
        verified: &Account,
        hash: &str,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let auth = self.0.auth;
        let account = auth
            .lock_verified(tx, command.user, &verified.password)
            .await?;
        let tries = [failed_changes(command.user)];
        self.0
            .look_at_attempts(tx, &tries, Attempt::PasswordChange)
            .await?;
        auth.set_password(tx, &account, hash, Some(&command.session), now)
            .await?;
        for (name, _) in &tries {
            tx.delete_counter(name).await?;
        }
        self.0
            .count_act(tx, Act::ChangePassword, command.user)
            .await?;
        self.0.tell_of_new_password(tx, &account.email, now).await?;
        self.0.follow_password(tx, command.user).await
    }
}

/// The counter of an account's wrong old passwords, with its limit.
fn failed_changes(user: UserId) -> (CounterName, Limit) {
    let name = CounterName::failed_password_changes(user);
    (name, AuthPolicy::FAILED_PASSWORD_CHANGES)
}
