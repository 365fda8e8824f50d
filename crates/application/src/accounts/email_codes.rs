//! Mailing one-time codes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ferroboard_attempts::{Attempt, CounterName, Limit, Throttled};
use ferroboard_auth::{AuthError, AuthPolicy, EmailCode};
use ferroboard_kernel::Email;
use ferroboard_mail::{NewMail, TemplateName};

use crate::accounts::captcha::CaptchaAnswers;
use crate::accounts::known_clients::user_of;
use crate::accounts::requested_mail::RequestedMail;
use crate::process::Core;
use crate::{Error, UnitOfWork, policies};

/// What the answer to a request for a code may tell.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SentCode {
    /// The code itself, in the development profile only.
    pub debug_code: Option<String>,
}

/// Mails codes that prove that a mailbox is one's own.
pub struct EmailCodes(pub(crate) Arc<Core>);

/// A code that was asked for. It replaces an earlier one.
#[derive(Clone)]
struct CodeRequest {
    email: Email,
    client_ip: String,
    /// Whether the account is logged in where the request comes from.
    is_known: bool,
    /// Whether the code goes out; otherwise nobody learns it.
    is_mailed: bool,
}

impl EmailCodes {
    /// Queues a code to the address; it replaces an earlier one.
    ///
    /// While registration is closed, an address without an account gets no mail, so that the panel is no
    /// relay for unwanted mail. Nothing shows which ones do: the same is counted and answered, the code of
    /// an unknown address is stored like any other, and what is done for the account alone is done after
    /// the answer.
    pub async fn send(
        &self,
        email: Email,
        captcha: CaptchaAnswers,
        client_ip: &str,
    ) -> Result<SentCode, Error> {
        let core = &self.0;
        let policy = policies::auth(&core.site.current());
        core.check_captcha(policy.captcha.as_ref(), &captcha, client_ip)
            .await?;
        let account = core.ports.store.find_login(&email).await?;
        // The mailbox may be somebody else's: nothing is mailed to a shadow.
        let is_shadow = core.is_shadow(user_of(account.as_ref())).await?;
        let is_closed = policy.registration_closed;
        if account.is_none() && !is_closed && !policy.admits_suffix(&email) {
            return Err(AuthError::EmailSuffixRefused.into());
        }
        let mut request = CodeRequest {
            email,
            client_ip: client_ip.to_owned(),
            is_known: false,
            is_mailed: !is_shadow && (account.is_some() || !is_closed),
        };
        let is_hidden = is_closed && !core.options.expose_email_codes;
        let sent = core.mail_on_request(request.clone(), is_hidden).await;
        // Only then, so that the time of most answers does not depend on how many sessions there are.
        let is_full = matches!(
            sent,
            Err(Error::Throttled(Throttled {
                what: Attempt::EmailCode,
                ..
            }))
        );
        let sent = if is_full && core.knows_client(account.as_ref(), client_ip).await? {
            request.is_known = true;
            core.mail_on_request(request, is_hidden).await
        } else {
            sent
        };
        let exposed = core.options.expose_email_codes;
        Ok(SentCode {
            debug_code: sent?.flatten().filter(|_| exposed),
        })
    }
}

#[async_trait]
impl RequestedMail for CodeRequest {
    /// The code, where it goes out.
    type Told = Option<String>;

    fn counters(&self, core: &Core) -> Vec<(Attempt, Vec<(CounterName, Limit)>)> {
        let (email, ip) = (&self.email, self.client_ip.as_str());
        let pause = (CounterName::email_code_sent(email), AuthPolicy::MAIL_PAUSE);
        let from_here = core.options.email_codes_per_address;
        let mut limits = from_here.by_network(ip, CounterName::email_codes_from);
        let to_address = if self.is_known {
            CounterName::mails_to_known(email, ip)
        } else {
            CounterName::mails_to(email)
        };
        limits.push((to_address, AuthPolicy::MAILS_TO_ADDRESS));
        vec![
            (Attempt::EmailCodeAgain, vec![pause]),
            (Attempt::EmailCode, limits),
        ]
    }

    async fn queue(&self, core: &Core, tx: &mut dyn UnitOfWork) -> Result<Option<String>, Error> {
        let now = core.ports.clock.now();
        let issued = EmailCode::issue(self.email.clone(), core.ports.random.as_ref(), now);
        tx.insert_email_code(&issued).await?;
        if self.is_mailed {
            let settings = core.site.current();
            let site = &settings.site;
            let mail = NewMail {
                to: self.email.clone(),
                subject: format!("{} – Email verification code", site.app_name),
                template: TemplateName::Verify,
                values: BTreeMap::from([
                    ("name".to_owned(), site.app_name.clone()),
                    ("code".to_owned(), issued.code.clone()),
                    ("url".to_owned(), site.app_url.clone().unwrap_or_default()),
                ]),
            };
            tx.insert_mail(&mail, now).await?;
        }
        Ok(self.is_mailed.then_some(issued.code))
    }
}
