//! Mailing one-time codes.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferroboard_auth::{AuthError, AuthPolicy, CounterName, EmailCode};
use ferroboard_kernel::{Email, StoreError};
use ferroboard_mail::{NewMail, TemplateName};

use crate::accounts::attempts::count_within;
use crate::accounts::captcha::CaptchaAnswers;
use crate::accounts::known_clients::user_of;
use crate::core::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork, policies};

/// What the answer to a request for a code may tell.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SentCode {
    /// The code itself, in the development profile only.
    pub debug_code: Option<String>,
}

/// Mails codes that prove that a mailbox is one's own.
pub struct EmailCodes(pub(crate) Arc<Core>);

/// A code that was asked for.
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
        let sent = self.accept(&request, is_hidden).await;
        // Only then, so that the time of most answers does not depend on how many sessions there are.
        if matches!(
            sent,
            Err(Error::Auth(AuthError::EmailCodesThrottled { .. }))
        ) && core.knows_client(account.as_ref(), client_ip).await?
        {
            request.is_known = true;
            return self.accept(&request, is_hidden).await;
        }
        sent
    }

    /// Counts the request, and stores and mails the code; when nothing may show who has an account, after
    /// the answer.
    async fn accept(&self, request: &CodeRequest, is_hidden: bool) -> Result<SentCode, Error> {
        let core = &self.0;
        if is_hidden {
            refuse_or_count(core, request).await?;
            let (core, request) = (Arc::clone(core), request.clone());
            tokio::spawn(async move {
                match queue(&core, &request, true).await {
                    Ok(_) => core.mail_queued.notify_one(),
                    Err(error) => tracing::error!(%error, "an e-mail code was not stored"),
                }
            });
            return Ok(SentCode::default());
        }
        let code = queue(core, request, false).await?;
        core.mail_queued.notify_one();
        let is_shown = core.options.expose_email_codes && request.is_mailed;
        Ok(SentCode {
            debug_code: is_shown.then_some(code),
        })
    }
}

async fn refuse_or_count(core: &Core, request: &CodeRequest) -> Result<(), Error> {
    transact!(core.ports.store, |tx| count(core, tx, request).await?)
}

/// Counts the request for the address and for the client.
async fn count(
    core: &Core,
    tx: &mut dyn UnitOfWork,
    request: &CodeRequest,
) -> Result<(), AuthError> {
    let (email, ip) = (&request.email, request.client_ip.as_str());
    let pause = [(CounterName::email_code_sent(email), AuthPolicy::MAIL_PAUSE)];
    count_within(core, tx, &pause, |_| AuthError::EmailCodeThrottled).await?;
    let from_here = core.options.email_codes_per_address;
    let mut limits = from_here.by_network(ip, CounterName::email_codes_from);
    let to_address = if request.is_known {
        CounterName::mails_to_known(email, ip)
    } else {
        CounterName::mails_to(email)
    };
    limits.push((to_address, AuthPolicy::MAILS_TO_ADDRESS));
    let throttled = |wait| AuthError::EmailCodesThrottled { wait };
    count_within(core, tx, &limits, throttled).await
}

/// Counts if that is still to be done, stores the code and queues the mail, together or not at all; the
/// code.
async fn queue(core: &Core, request: &CodeRequest, is_counted: bool) -> Result<String, Error> {
    transact!(core.ports.store, |tx| {
        if !is_counted {
            count(core, tx, request).await?;
        }
        issue(core, tx, request).await?
    })
}

async fn issue(
    core: &Core,
    tx: &mut dyn UnitOfWork,
    request: &CodeRequest,
) -> Result<String, StoreError> {
    let now = core.ports.clock.now();
    let issued = EmailCode::issue(request.email.clone(), core.ports.random.as_ref(), now);
    tx.insert_email_code(&issued).await?;
    if request.is_mailed {
        let settings = core.site.current();
        let site = &settings.site;
        let mail = NewMail {
            to: request.email.clone(),
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
    Ok(issued.code)
}
