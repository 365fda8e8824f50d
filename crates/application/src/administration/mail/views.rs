//! What screens show of it.

use ferroboard_kernel::{Email, UnixSeconds};
use ferroboard_mail::{SmtpSettings, TemplateName};

/// An administrator's text in the list of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMailTemplate {
    /// For which mails it is.
    pub template: TemplateName,
    /// Its subject.
    pub subject: String,
    /// When it was last changed, where the database has a time.
    pub updated_at: Option<UnixSeconds>,
}

/// A template with the text that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTemplateView {
    /// For which mails it is.
    pub template: TemplateName,
    /// The administrator's subject; the built-in text has none of its own.
    pub subject: Option<String>,
    /// The body.
    pub content: String,
}

/// A message that was to be sent at once, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedMail {
    /// To whom.
    pub to: Email,
    /// Its subject.
    pub subject: String,
    /// What the log calls its template.
    pub template: String,
    /// The mail server's own words, where it was not sent.
    pub error: Option<String>,
    /// Where it was handed to; `None` while the site has no mail server.
    pub smtp: Option<SmtpSettings>,
}
