//! Creating an account.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, CounterName, Limit};
use ferroboard_auth::{
    AuthError, AuthPolicy, ClientInfo, NewAccount, Password, Requester, SubscribeToken,
};
use ferroboard_billing::SubscriptionService;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Email, UserId};

use crate::accounts::auth_data::AuthData;
use crate::accounts::captcha::CaptchaAnswers;
use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, policies};

/// A registration as it was asked for.
#[derive(Debug, Clone)]
pub struct Register {
    /// The address to log in with.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// An invitation code.
    pub invite_code: Option<String>,
    /// The code that was mailed to the address.
    pub email_code: Option<String>,
    /// What the client sent for the captcha.
    pub captcha: CaptchaAnswers,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// Registers accounts.
pub struct Registration(pub(crate) Arc<Core>);

impl Registration {
    /// Creates the account and logs it in.
    ///
    /// The account, its inviter, the use of the invitation code and of the mailed code, its trial
    /// and its session come into being together or not at all.
    pub async fn register(&self, command: Register) -> Result<AuthData, Error> {
        let core = &self.0;
        let policy = policies::auth(&core.site.current());
        let crowds = self.crowds(&policy, &command.client);
        core.look_at_attempts_first(&crowds, Attempt::Registration)
            .await?;
        core.check_captcha(
            policy.captcha.as_ref(),
            &command.captcha,
            &command.client.ip,
        )
        .await?;
        policy.admits(&command.email, command.invite_code.is_some())?;
        command.password.refuse_as_new(&command.email)?;
        if policy.email_code_required {
            let code = command
                .email_code
                .as_deref()
                .ok_or(AuthError::EmailCodeRequired)?;
            self.check_code(&command.email, code).await?;
        }
        if core.ports.store.find_login(&command.email).await?.is_some() {
            return Err(AuthError::EmailTaken.into());
        }
        let requester = Requester::client(&command.email, &command.client.ip, false);
        let hash = core.ports.hasher.hash(&command.password, &requester);
        let hash = hash.await?;
        transact!(core.ports.store, |tx| self
            .create_within(tx, &command, &policy, &hash)
            .await?)
    }

    /// What registrations from this client are counted on: the site's own limit, where it is on, and one
    /// that nobody meets who registers people.
    fn crowds(&self, policy: &AuthPolicy, client: &ClientInfo) -> Vec<(CounterName, Limit)> {
        let now = self.0.ports.clock.now();
        let always = self.0.options.registrations_per_address;
        let mut counters = always.by_network(&client.ip, |ip| {
            CounterName::registrations_within_hour(ip, now)
        });
        if let Some(limit) = policy.registrations_per_address {
            counters.extend(limit.by_network(&client.ip, CounterName::registrations_from));
        }
        counters
    }

    /// Judges the mailed code. A wrong try is counted although the registration is refused, so the
    /// transaction commits first.
    async fn check_code(&self, email: &Email, code: &str) -> Result<(), Error> {
        let is_right = transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            self.0.auth.try_code(tx, email, code, now).await?
        })?;
        if is_right {
            Ok(())
        } else {
            Err(AuthError::EmailCodeIncorrect.into())
        }
    }

    async fn create_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &Register,
        policy: &AuthPolicy,
        hash: &str,
    ) -> Result<AuthData, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let random = core.ports.random.as_ref();
        let subscribe_token = SubscribeToken::new(random.hex32());
        let account = NewAccount {
            email: command.email.clone(),
            password_hash: hash.to_owned(),
            uuid: random.uuid(),
            subscribe_token: subscribe_token.clone(),
            is_admin: false,
            reminders: policy.default_reminders,
            now,
            logged_in: true,
        };
        let user = core.auth.create_account(tx, &account).await?;
        self.apply_invitation(tx, command, user).await?;
        self.grant_try_out(tx, user).await?;
        if policy.email_code_required {
            let code = command.email_code.as_deref().unwrap_or_default();
            core.auth.use_code(tx, &command.email, code, now).await?;
        }
        let crowds = self.crowds(policy, &command.client);
        core.count_attempt(tx, &crowds, Attempt::Registration)
            .await?;
        tx.tell(NewEvent::about_user(EventKind::UserCreated, user, now));
        let token = core.open_session(tx, user, &command.client).await?;
        Ok(AuthData {
            token,
            is_admin: false,
            subscribe_token,
        })
    }

    async fn apply_invitation(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &Register,
        user: UserId,
    ) -> Result<(), Error> {
        let Some(code) = command.invite_code.as_deref() else {
            return Ok(());
        };
        let policy = policies::invite(&self.0.site.current());
        let now = self.0.ports.clock.now();
        if let Some(inviter) = InviteService.take_code(tx, code, policy, now).await? {
            tx.update_inviter(user, inviter).await?;
        }
        Ok(())
    }

    async fn grant_try_out(&self, tx: &mut dyn UnitOfWork, user: UserId) -> Result<(), Error> {
        let settings = self.0.site.current();
        let Some(try_out) = policies::try_out(&settings) else {
            return Ok(());
        };
        let (now, zone) = (self.0.ports.clock.now(), self.0.options.zone);
        let method = policies::reset_method(&settings);
        SubscriptionService
            .grant_try_out(tx, user, try_out, method, now, zone)
            .await?;
        Ok(())
    }
}
