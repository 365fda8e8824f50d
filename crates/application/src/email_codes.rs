//! Mailing one-time codes.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferroboard_auth::{AuthError, AuthPolicy, CounterName, EmailCode};
use ferroboard_kernel::Email;
use ferroboard_mail::{NewMail, TemplateName};
use ferroboard_site::Settings;

use crate::captcha::CaptchaAnswers;
use crate::core::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, UnitOfWork, policies};

/// What the answer to a request for a code may tell.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SentCode {
    /// The code itself, in the development profile only.
    pub debug_code: Option<String>,
}

/// Mails codes that prove that a mailbox is one's own.
pub struct EmailCodes(pub(crate) Arc<Core>);

impl EmailCodes {
    /// Queues a code to the address; it replaces an earlier one.
    ///
    /// While registration is closed, an address without an account is answered as if a code had
    /// been sent, so that the panel is no relay for unwanted mail.
    pub async fn send(
        &self,
        email: Email,
        captcha: CaptchaAnswers,
        client_ip: &str,
    ) -> Result<SentCode, Error> {
        let core = &self.0;
        let settings = core.site.current();
        let policy = policies::auth(&settings);
        core.check_captcha(policy.captcha.as_ref(), &captcha, client_ip)
            .await?;
        let known = core.ports.store.find_login(&email).await?;
        let is_known = known.is_some();
        // The mailbox may be somebody else's: nothing is mailed to a shadow.
        if let Some(account) = known
            && core.is_shadow(account.id).await?
        {
            return Ok(SentCode::default());
        }
        if !is_known && !policy.admits_suffix(&email) {
            return Err(AuthError::EmailSuffixRefused.into());
        }
        if !is_known && policy.registration_closed {
            return Ok(SentCode::default());
        }
        let code = retrying(|| self.queue(&email, client_ip, &settings)).await?;
        core.mail_queued.notify_one();
        Ok(SentCode {
            debug_code: core.options.expose_email_codes.then_some(code),
        })
    }

    async fn queue(
        &self,
        email: &Email,
        client_ip: &str,
        settings: &Settings,
    ) -> Result<String, Error> {
        let mut tx = self.0.ports.store.begin().await?;
        let outcome = self
            .queue_within(tx.as_mut(), email, client_ip, settings)
            .await;
        finish(tx, outcome).await
    }

    async fn queue_within(
        &self,
        tx: &mut dyn UnitOfWork,
        email: &Email,
        client_ip: &str,
        settings: &Settings,
    ) -> Result<String, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let pause = CounterName::email_code_sent(email);
        core.auth
            .count_within(tx, &pause, AuthPolicy::MAIL_PAUSE, now, |_| {
                AuthError::EmailCodeThrottled
            })
            .await?;
        let from_here = CounterName::email_codes_from(client_ip);
        let limit = core.options.email_codes_per_address;
        core.auth
            .count_within(tx, &from_here, limit, now, |counter| {
                AuthError::EmailCodesThrottled {
                    wait: counter.expires_at.since(now),
                }
            })
            .await?;
        let to_mailbox = CounterName::email_codes_to(email, now);
        core.count_mail(tx, &to_mailbox, |wait| AuthError::EmailCodesThrottled {
            wait,
        })
        .await?;
        let issued = EmailCode::issue(email.clone(), core.ports.random.as_ref(), now);
        tx.insert_email_code(&issued).await?;
        let site = &settings.site;
        let mail = NewMail {
            to: email.clone(),
            subject: format!("{} – Email verification code", site.app_name),
            template: TemplateName::Verify,
            values: BTreeMap::from([
                ("name".to_owned(), site.app_name.clone()),
                ("code".to_owned(), issued.code.clone()),
                ("url".to_owned(), site.app_url.clone().unwrap_or_default()),
            ]),
        };
        tx.insert_mail(&mail, now).await?;
        Ok(issued.code)
    }
}
