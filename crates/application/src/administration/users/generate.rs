//! Making many users at once.

use std::collections::BTreeSet;

use ferroboard_audit::AuditChange;
use ferroboard_auth::{Password, Requester};
use ferroboard_billing::{BillingError, Subscription};
use ferroboard_kernel::{Email, PlanId, StoreError, UnixSeconds, Zone};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::Value;

use super::error::UserRefused;
use super::list::Users;
use super::repository::{NewUser, NewUsers};
use crate::administration::audit::change::change;
use crate::{Change, Error, Progress, UnitOfWork, policies};

/// The addresses of new users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewAddresses {
    /// These.
    Named(Vec<Email>),
    /// So many that are drawn, behind whose `@` this stands.
    Drawn {
        /// How many.
        count: usize,
        /// What stands behind the `@`.
        suffix: String,
    },
}

/// Users that are to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateUsers {
    /// Who.
    pub addresses: NewAddresses,
    /// The password of all of them; each gets one that is drawn otherwise.
    pub password: Option<Password>,
    /// What they may use; what the site lets new users try otherwise.
    pub plan: Option<PlanId>,
    /// Until when; for ever without.
    pub expired_at: Option<UnixSeconds>,
}

/// A user that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct GeneratedUser {
    /// The address.
    pub email: Email,
    /// The password: nobody can read it later.
    pub password: Password,
    /// What nodes know the user by.
    pub uuid: String,
    /// Where proxy clients fetch their configuration.
    pub subscribe_url: String,
}

/// Users that were made.
#[derive(Clone, PartialEq, Eq)]
pub struct GeneratedUsers {
    /// Each of them.
    pub users: Vec<GeneratedUser>,
    /// When their subscription ends.
    pub expired_at: Option<UnixSeconds>,
    /// When they were made.
    pub at: UnixSeconds,
    /// In which zone times are told.
    pub zone: Zone,
}

/// 95 bits of chance.
const PASSWORD_LENGTH: usize = 16;
/// Characters in front of the `@` of a drawn address.
const DRAWN_LENGTH: usize = 6;
/// How many passwords of a request are hashed at once: others log in meanwhile.
const HASHED_AT_ONCE: usize = 4;

impl Users {
    /// Makes users, all of them or none. Passwords that are drawn are told once, in what this returns; each that
    /// is hashed is a step of the progress.
    pub async fn generate(
        &self,
        wanted: GenerateUsers,
        root: &str,
        progress: &Progress,
        change: Change,
    ) -> Result<GeneratedUsers, Error> {
        let count = match &wanted.addresses {
            NewAddresses::Named(emails) => emails.len(),
            NewAddresses::Drawn { count, .. } => *count,
        };
        let passwords = self.passwords(count, wanted.password.as_ref(), progress);
        let passwords = passwords.await?;
        change!(change, |tx| {
            let made = self.generate_within(tx, &wanted, &passwords, root).await?;
            let emails = made.users.iter().map(|user| user.email.as_str());
            let emails = Value::from(emails.collect::<Vec<_>>());
            (made, AuditChange::of("users", Value::Null, emails))
        })
    }

    /// Passwords with their hashes. One that people chose is hashed once, as slowly as any; what is drawn
    /// cannot be guessed, so that it need not be slow to try.
    async fn passwords(
        &self,
        count: usize,
        given: Option<&Password>,
        progress: &Progress,
    ) -> Result<Vec<(Password, String)>, Error> {
        let hasher = self.0.ports.hasher.as_ref();
        let operator = Requester::operator();
        if let Some(password) = given {
            let hash = hasher.hash(password, &operator).await?;
            progress.add(u64::try_from(count).unwrap_or_default());
            return Ok(vec![(password.clone(), hash); count]);
        }
        let drawn = (0..count).map(|_| {
            let text = self.0.ports.random.alphanumeric(PASSWORD_LENGTH);
            let (password, operator) = (Password::typed(&text), operator.clone());
            async move {
                let hash = hasher.hash_drawn(&password, &operator).await?;
                progress.step();
                Ok::<_, Error>((password, hash))
            }
        });
        let hashed = stream::iter(drawn).buffered(HASHED_AT_ONCE);
        hashed.try_collect().await
    }

    async fn generate_within(
        &self,
        tx: &mut dyn UnitOfWork,
        wanted: &GenerateUsers,
        passwords: &[(Password, String)],
        root: &str,
    ) -> Result<GeneratedUsers, Error> {
        let now = self.0.ports.clock.now();
        let settings = self.0.site.current();
        let subscription = self.subscription(tx, wanted, now).await?;
        let emails = self.addresses(tx, &wanted.addresses).await?;
        let random = self.0.ports.random.as_ref();
        let users = emails.iter().zip(passwords);
        let users = users.map(|(email, (_, hash))| NewUser {
            email: email.clone(),
            password_hash: hash.clone(),
            uuid: random.uuid(),
            token: random.hex32(),
        });
        let new = NewUsers {
            users: users.collect(),
            reminders: policies::auth(&settings).default_reminders,
            expired_at: wanted.expired_at,
            subscription,
            at: now,
        };
        match tx.insert_users(&new).await {
            Err(StoreError::Duplicate { .. }) => return Err(UserRefused::EmailTaken.into()),
            outcome => outcome?,
        }
        let made = new.users.iter().zip(passwords);
        let made = made.map(|(user, (password, _))| GeneratedUser {
            email: user.email.clone(),
            password: password.clone(),
            uuid: user.uuid.clone(),
            subscribe_url: self.link(&user.token, root),
        });
        let ends_at = new.subscription.as_ref().map(|given| given.expired_at);
        Ok(GeneratedUsers {
            users: made.collect(),
            expired_at: ends_at.unwrap_or(new.expired_at),
            at: now,
            zone: self.0.options.zone,
        })
    }

    /// What the plan gives, or else the trial of the site, if it has one.
    async fn subscription(
        &self,
        tx: &mut dyn UnitOfWork,
        wanted: &GenerateUsers,
        now: UnixSeconds,
    ) -> Result<Option<Subscription>, Error> {
        let settings = self.0.site.current();
        let (method, zone) = (policies::reset_method(&settings), self.0.options.zone);
        if let Some(plan) = wanted.plan {
            let plan = tx.find_plan(plan).await?.ok_or(BillingError::PlanMissing)?;
            let ends_at = wanted.expired_at;
            return Ok(Some(Subscription::of(&plan, ends_at, method, now, zone)));
        }
        let Some(trial) = policies::try_out(&settings) else {
            return Ok(None);
        };
        let plan = tx.find_plan(trial.plan_id).await?;
        Ok(plan.map(|plan| Subscription::try_out(&plan, trial.lasts, method, now, zone)))
    }

    /// The addresses, of which no user has one.
    async fn addresses(
        &self,
        tx: &mut dyn UnitOfWork,
        wanted: &NewAddresses,
    ) -> Result<Vec<Email>, Error> {
        match wanted {
            NewAddresses::Named(emails) => {
                if tx.list_taken_emails(emails).await?.is_empty() {
                    Ok(emails.clone())
                } else {
                    Err(UserRefused::EmailTaken.into())
                }
            }
            NewAddresses::Drawn { count, suffix } => {
                let mut drawn = BTreeSet::new();
                while drawn.len() < *count {
                    let local = self.0.ports.random.alphanumeric(DRAWN_LENGTH);
                    drawn.insert(Email::stored(&format!("{local}@{suffix}")));
                }
                let drawn: Vec<Email> = drawn.into_iter().collect();
                if tx.list_taken_emails(&drawn).await?.is_empty() {
                    return Ok(drawn);
                }
                // One in two thousand millions; the next draw is another one.
                Err(StoreError::Conflict("a drawn address is taken".to_owned()).into())
            }
        }
    }
}
