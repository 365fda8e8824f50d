//! The texts of mails, as administrators change them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::Email;
use ferroboard_mail::{MailError, MailFailed, MailTemplate, NewMail, TemplateName};
use ferroboard_site::Settings;
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::mail::sending::{own_address, send_now};
use crate::administration::mail::views::{MailTemplateView, StoredMailTemplate};
use crate::{Change, Error};

/// The texts of mails.
pub struct MailTemplates(pub(crate) AdminContext);

impl MailTemplates {
    /// Each template, with the administrator's text where there is one.
    pub async fn list(&self) -> Result<Vec<(TemplateName, Option<StoredMailTemplate>)>, Error> {
        let stored = self.0.ports.store.admin()?.list_mail_templates().await?;
        let with_text = |template| {
            let mut stored = stored.iter();
            let text = stored.find(|stored| stored.template == template);
            (template, text.cloned())
        };
        Ok(TemplateName::ALL.map(with_text).into())
    }

    /// The text of a template that counts.
    pub async fn show(&self, template: TemplateName) -> Result<MailTemplateView, Error> {
        let stored = self.stored(template).await?;
        let (subject, content) = match stored {
            Some(MailTemplate { subject, content }) => (Some(subject), content),
            None => (None, template.built_in_content().to_owned()),
        };
        Ok(MailTemplateView {
            template,
            subject,
            content,
        })
    }

    async fn stored(&self, template: TemplateName) -> Result<Option<MailTemplate>, Error> {
        Ok(self.0.ports.store.find_mail_text(template).await?)
    }

    /// Puts an administrator's text in the place of the built-in one. It counts for the next mail.
    pub async fn save(
        &self,
        template: TemplateName,
        subject: String,
        content: String,
        change: Change,
    ) -> Result<(), Error> {
        let text = template.text(subject, content)?;
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = tx.find_mail_template(template.as_str()).await?;
            tx.update_mail_template(template, &text, now).await?;
            AuditChange::between(&shown(before.as_ref()), &shown(Some(&text)))
        })
    }

    /// Goes back to the built-in text.
    pub async fn reset(&self, template: TemplateName, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let before = tx.find_mail_template(template.as_str()).await?;
            tx.delete_mail_template(template).await?;
            AuditChange::between(&shown(before.as_ref()), &Value::Null)
        })
    }

    /// Mails the template with sample values, to the administrator where nobody is named.
    pub async fn test(
        &self,
        template: TemplateName,
        to: Option<Email>,
        change: Change,
    ) -> Result<(), Error> {
        let to = match to {
            Some(to) => to,
            None => own_address(&self.0, &change).await?,
        };
        let settings = Settings::from_rows(self.0.ports.store.list_settings().await?);
        let stored = self.stored(template).await?;
        let site = &settings.site;
        let url = site.app_url.as_deref().unwrap_or_default();
        let mail = NewMail {
            to,
            subject: format!("{} - {}", site.app_name, template.as_str()),
            template,
            values: template.sample(&site.app_name, url),
        };
        let tested = send_now(&self.0, &settings, mail, stored.as_ref(), change).await?;
        match tested.error {
            None => Ok(()),
            Some(reason) => Err(MailError::NotSent(MailFailed(reason)).into()),
        }
    }
}

/// What the record says of a text.
fn shown(text: Option<&MailTemplate>) -> Value {
    text.map_or(
        Value::Null,
        |text| json!({"subject": text.subject, "content": text.content}),
    )
}
