//! Logging in with a one-time link.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ferroboard_attempts::{Act, Attempt, CounterName, Limit};
use ferroboard_auth::{Account, AuthError, AuthPolicy, ClientInfo, NewLoginToken};
use ferroboard_kernel::Email;
use ferroboard_mail::{NewMail, TemplateName};

use crate::accounts::auth_data::AuthData;
use crate::accounts::requested_mail::RequestedMail;
use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, RequestRoot, SessionView, UnitOfWork, addresses, policies};

/// Makes and redeems one-time login links.
pub struct LoginLinks(pub(crate) Arc<Core>);

impl LoginLinks {
    /// Opens a session for the bearer of a token. Of several requests with one token exactly one
    /// gets a session.
    pub async fn redeem(&self, token: &str, client: ClientInfo) -> Result<AuthData, Error> {
        transact!(self.0.ports.store, |tx| self
            .redeem_within(tx, token, &client)
            .await?)
    }

    async fn redeem_within(
        &self,
        tx: &mut dyn UnitOfWork,
        token: &str,
        client: &ClientInfo,
    ) -> Result<AuthData, AuthError> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let Account {
            id,
            is_admin,
            subscribe_token,
            ..
        } = core.auth.take_login_token(tx, token, now).await?;
        tx.update_last_login(id, now).await?;
        let token = core.open_session(tx, id, client).await?;
        Ok(AuthData {
            token,
            is_admin,
            subscribe_token,
        })
    }

    /// The page that takes a token and goes on to `redirect`; `root` is the panel's address as the
    /// request reached it. The token is not looked at.
    pub fn landing_address(&self, token: &str, redirect: Option<&str>, root: &str) -> String {
        addresses::login(&self.0.site.current(), root, token, redirect)
    }

    /// A link that logs the session's user in once within a minute.
    pub async fn quick_login_url(
        &self,
        session: &SessionView,
        redirect: Option<&str>,
        root: &str,
    ) -> Result<String, Error> {
        let ports = &self.0.ports;
        let now = ports.clock.now();
        let random = ports.random.as_ref();
        let (user, number) = (session.account.id, session.number);
        let (text, token) = NewLoginToken::issue(user, NewLoginToken::QUICK_LOGIN, random, now);
        transact!(ports.store, |tx| {
            let auth = self.0.auth;
            auth.draw_login_token(tx, number, &token).await?;
            let act = Act::DrawLoginLink;
            self.0.count_act(tx, act, user).await?;
        })?;
        Ok(addresses::login(
            &self.0.site.current(),
            root,
            &text,
            redirect,
        ))
    }

    /// Mails a link that logs the account in once within five minutes. Whether the address has an
    /// account shows neither in the answer nor in the limits; while registration is closed, so that nothing
    /// else tells either, not in the time: the account is looked up after the answer. The link leads to the
    /// address of the settings or to a host that the operator has named: whoever asks would have the token
    /// sent to his own otherwise.
    pub async fn mail(
        &self,
        email: Email,
        redirect: Option<&str>,
        root: &RequestRoot,
        client_ip: &str,
    ) -> Result<(), Error> {
        let settings = self.0.site.current();
        let policy = policies::auth(&settings);
        if !policy.mail_link_enabled {
            return Err(AuthError::MailLinkDisabled.into());
        }
        let root = root.for_others(&settings)?;
        let link = LinkRequest {
            email,
            redirect: redirect.map(str::to_owned),
            root: root.to_owned(),
            client_ip: client_ip.to_owned(),
        };
        self.0
            .mail_on_request(link, policy.registration_closed)
            .await?;
        Ok(())
    }
}

/// A login link that was asked for.
struct LinkRequest {
    email: Email,
    redirect: Option<String>,
    root: String,
    client_ip: String,
}

#[async_trait]
impl RequestedMail for LinkRequest {
    type Told = ();

    fn counters(&self, core: &Core) -> Vec<(Attempt, Vec<(CounterName, Limit)>)> {
        let email = &self.email;
        let mut limits = vec![
            (CounterName::mail_link_sent(email), AuthPolicy::MAIL_PAUSE),
            (CounterName::mails_to(email), AuthPolicy::MAILS_TO_ADDRESS),
        ];
        let from_here = core.options.email_codes_per_address;
        limits.extend(from_here.by_network(&self.client_ip, CounterName::mail_links_from));
        vec![(Attempt::MailLink, limits)]
    }

    async fn queue(&self, core: &Core, tx: &mut dyn UnitOfWork) -> Result<(), Error> {
        let now = core.ports.clock.now();
        let account = tx.find_account_by_email(&self.email).await?;
        let Some(account) = account.filter(|account| !account.banned) else {
            return Ok(());
        };
        if tx.find_main_of(account.id).await?.is_some() {
            return Ok(());
        }
        let random = core.ports.random.as_ref();
        let (text, token) = NewLoginToken::issue(account.id, NewLoginToken::MAIL_LINK, random, now);
        tx.insert_login_token(&token).await?;
        let settings = core.site.current();
        let site = &settings.site;
        let link = addresses::login(&settings, &self.root, &text, self.redirect.as_deref());
        let mail = NewMail {
            to: self.email.clone(),
            subject: format!("Login to {}", site.app_name),
            template: TemplateName::MailLogin,
            values: BTreeMap::from([
                ("name".to_owned(), site.app_name.clone()),
                ("link".to_owned(), link),
                ("url".to_owned(), site.app_url.clone().unwrap_or_default()),
            ]),
        };
        tx.insert_mail(&mail, now).await?;
        Ok(())
    }
}
