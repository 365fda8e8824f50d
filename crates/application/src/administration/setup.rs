//! The rows that a panel needs before it can serve, each made only where it is missing.

use ferroboard_auth::{NewAccount, Password, PasswordHasher, Reminders, Requester, SubscribeToken};
use ferroboard_kernel::{Clock, Email, Random, StoreError};
use ferroboard_site::{Settings, Theme};

use crate::administration::audit::record_command;
use crate::transaction::{finish, look, retrying, transact};
use crate::{Error, Store, UnitOfWork};

/// The name of the signing key in `ferro_secret`.
const SIGNING_KEY: &str = "signing_key";
/// How a panel of our own reminds its customers until its operator says otherwise.
const OWN_REMINDERS: [(&str, &str); 2] = [
    ("notice_expire_days", "7,3,1,0"),
    ("notice_traffic_percents", "80,95"),
];
/// The row of `ferro_job` whose lock keeps two starting processes apart.
const LOCK: &str = "setup";

/// What the setup needs from outside. The use cases cannot be built yet: their token signer needs
/// the key that the setup makes.
pub struct Setup<'a> {
    /// The database, migrated.
    pub store: &'a dyn Store,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub random: &'a dyn Random,
    /// Hashes the administrator's password.
    pub hasher: &'a dyn PasswordHasher,
}

/// An administrator that was just made. The password is not kept anywhere: it is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAdmin {
    /// The address to log in with.
    pub email: Email,
    /// The password to log in with.
    pub password: String,
}

/// What the setup made, and what it found.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The administrator, if there was none.
    pub admin: Option<NewAdmin>,
    /// The path of the admin pages.
    pub secure_path: String,
    /// Whether the path was made now.
    pub secure_path_is_new: bool,
    /// The key that signs session tokens: the stored one, unless the operator gave one.
    pub signing_key: String,
}

impl Setup<'_> {
    /// Makes what is missing: an administrator, the admin path, the nodes' secret, the signing key; in a panel
    /// without any of them it also chooses our own pages.
    ///
    /// `inherited_path` is the admin path that an adopted installation uses without having stored
    /// it. `given_key` replaces the stored signing key and is not stored.
    pub async fn prepare(
        &self,
        admin_email: &Email,
        inherited_path: Option<&str>,
        given_key: Option<&str>,
    ) -> Result<Prepared, Error> {
        // Hashing takes time, so it happens before the transaction, and only where it may be needed.
        let has_admin = look!(self.store, |tx| tx.count_admins().await? > 0)?;
        let candidate = if has_admin {
            None
        } else {
            Some(self.draw_admin(admin_email).await?)
        };
        let prepared = retrying(|| async {
            // Before the transaction: there is one writer where there is one connection.
            let stored = Settings::from_rows(self.store.list_settings().await?);
            let mut tx = self.store.begin().await?;
            let candidate = candidate.as_ref();
            let work =
                self.prepare_within(tx.as_mut(), &stored, candidate, inherited_path, given_key);
            let outcome = work.await;
            finish(tx, outcome).await
        })
        .await?;
        // Of two processes that started together one made the path; both must serve that one.
        let settings = Settings::from_rows(self.store.list_settings().await?);
        Ok(match settings.admin_path() {
            Some(path) if path != prepared.secure_path => Prepared {
                secure_path: path.to_owned(),
                secure_path_is_new: false,
                ..prepared
            },
            _ => prepared,
        })
    }

    /// The path of the admin pages, where one is stored.
    pub async fn admin_path(&self) -> Result<Option<String>, Error> {
        let settings = Settings::from_rows(self.store.list_settings().await?);
        Ok(settings.admin_path().map(str::to_owned))
    }

    /// Makes an administrator beside those there are. Refused when the address is taken.
    pub async fn create_admin(&self, email: &Email) -> Result<NewAdmin, Error> {
        let (admin, account) = self.draw_admin(email).await?;
        transact!(self.store, |tx| {
            tx.insert_account(&account).await?;
            record_command(tx, "admin create", email, account.now).await?;
        })?;
        Ok(admin)
    }

    async fn draw_admin(&self, email: &Email) -> Result<(NewAdmin, NewAccount), Error> {
        let password = self.random.hex32();
        let parsed = Password::parse(&password).map_err(|e| Error::Internal(e.to_string()))?;
        let hash = self.hasher.hash(&parsed, &Requester::operator()).await?;
        let account = NewAccount {
            email: email.clone(),
            password_hash: hash,
            uuid: self.random.uuid(),
            subscribe_token: SubscribeToken::new(self.random.hex32()),
            is_admin: true,
            reminders: Reminders {
                expire: Some(true),
                traffic: Some(true),
            },
            now: self.clock.now(),
            logged_in: false,
        };
        Ok((
            NewAdmin {
                email: email.clone(),
                password,
            },
            account,
        ))
    }

    async fn prepare_within(
        &self,
        tx: &mut dyn UnitOfWork,
        stored: &Settings,
        candidate: Option<&(NewAdmin, NewAccount)>,
        inherited_path: Option<&str>,
        given_key: Option<&str>,
    ) -> Result<Prepared, Error> {
        tx.lock_job(LOCK).await?;
        let mut admin = None;
        if let Some((made, account)) = candidate
            && tx.count_admins().await? == 0
        {
            match tx.insert_account(account).await {
                Err(StoreError::Duplicate { .. }) => {
                    return Err(Error::Internal(format!(
                        "no account is an administrator, and {} is the address of a customer: \
                         make one with `ferroboard admin create`",
                        account.email
                    )));
                }
                inserted => inserted?,
            };
            admin = Some(made.clone());
        }
        let (secure_path, secure_path_is_new) = match stored.admin_path() {
            Some(path) => (path.to_owned(), false),
            None => {
                let path = inherited_path.map_or_else(|| self.random.hex32(), str::to_owned);
                tx.insert_setting("secure_path", &path, self.clock.now())
                    .await?;
                (path, true)
            }
        };
        // Only at the first start: a panel that ran without a secret has no node that knows one.
        if secure_path_is_new && stored.server.server_token.is_none() {
            tx.insert_setting("server_token", &self.random.hex32(), self.clock.now())
                .await?;
        }
        // Of a panel that was adopted nobody's theme is changed.
        if secure_path_is_new && inherited_path.is_none() && admin.is_some() {
            tx.insert_setting("frontend_theme", Theme::OWN, self.clock.now())
                .await?;
            // A panel that was adopted reminds its customers as it did.
            for (name, value) in OWN_REMINDERS {
                tx.insert_setting(name, value, self.clock.now()).await?;
            }
        }
        let signing_key = match given_key {
            Some(key) => key.to_owned(),
            None => self.stored_key(tx).await?,
        };
        Ok(Prepared {
            admin,
            secure_path,
            secure_path_is_new,
            signing_key,
        })
    }

    async fn stored_key(&self, tx: &mut dyn UnitOfWork) -> Result<String, Error> {
        if let Some(key) = tx.find_secret(SIGNING_KEY).await? {
            return Ok(key);
        }
        let key = format!("{}{}", self.random.hex32(), self.random.hex32());
        tx.insert_secret(SIGNING_KEY, &key, self.clock.now())
            .await?;
        Ok(key)
    }
}
