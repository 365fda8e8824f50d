//! Messages that are sent while somebody waits.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::Email;
use ferroboard_mail::{MailFailed, MailTemplate, NewMail, TemplateSource};
use ferroboard_site::Settings;
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::mail::views::TestedMail;
use crate::{Change, Error, policies};

/// Sends a message by these settings, whatever the outbox does meanwhile, and notes what became of it. It is
/// sent once: whoever asked sees why it failed.
pub(super) async fn send_now(
    context: &AdminContext,
    settings: &Settings,
    mail: NewMail,
    stored: Option<&MailTemplate>,
    change: Change,
) -> Result<TestedMail, Error> {
    let smtp = policies::smtp(settings);
    let rendered = mail.rendered(stored);
    let sent = context.ports.mailer.send(smtp.as_ref(), &rendered).await;
    let error = sent.err().map(|MailFailed(reason)| reason);
    let source = match stored {
        Some(_) => TemplateSource::Stored,
        None => TemplateSource::BuiltIn,
    };
    let template = mail.template.log_name(source);
    change!(change, |tx| {
        let now = context.ports.clock.now();
        tx.insert_mail_log(&mail, source, error.as_deref(), now)
            .await?;
        let sent = json!({"to": mail.to.as_str(), "template": template, "error": error});
        AuditChange::of("mail", Value::Null, sent)
    })?;
    Ok(TestedMail {
        to: mail.to,
        subject: rendered.subject,
        template,
        error,
        smtp,
    })
}

/// The address of the administrator who asks.
pub(super) async fn own_address(context: &AdminContext, change: &Change) -> Result<Email, Error> {
    let account = context
        .ports
        .store
        .find_account_view(change.admin())
        .await?;
    let gone = || Error::Auth(ferroboard_auth::AuthError::AccountMissing);
    Ok(account.ok_or_else(gone)?.email)
}
