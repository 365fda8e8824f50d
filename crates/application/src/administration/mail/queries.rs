//! What administrators read about the texts of mails.

use async_trait::async_trait;
use ferroboard_kernel::StoreError;
use ferroboard_mail::{MailTemplate, TemplateName};

use crate::administration::mail::views::StoredMailTemplate;

/// The text of a mail, as whoever sends one needs it.
#[async_trait]
pub trait MailTextQueries: Send + Sync {
    /// The text that an administrator wrote for a template.
    async fn find_mail_text(
        &self,
        template: TemplateName,
    ) -> Result<Option<MailTemplate>, StoreError>;
}

/// The texts that administrators wrote.
#[async_trait]
pub trait MailTemplateQueries: Send + Sync {
    /// Those of the templates that the panel mails, without their bodies.
    async fn list_mail_templates(&self) -> Result<Vec<StoredMailTemplate>, StoreError>;
}
