use std::collections::BTreeMap;

use ferroboard_kernel::Email;

use crate::template::{CONTENT, CONTENT_MODE, HTML, expand};

/// The templates that the panel mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateName {
    /// A one-time code.
    Verify,
    /// Any message: a reply to a ticket, a round mail.
    Notify,
    /// The subscription is about to end.
    RemindExpire,
    /// Most of the traffic is used.
    RemindTraffic,
    /// A login link.
    MailLogin,
}

/// Where the text of a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateSource {
    /// The program.
    BuiltIn,
    /// The administrator's row of `v2_mail_templates`.
    Stored,
}

impl TemplateName {
    /// Every template.
    pub const ALL: [Self; 5] = [
        Self::Verify,
        Self::Notify,
        Self::RemindExpire,
        Self::RemindTraffic,
        Self::MailLogin,
    ];

    /// The name in `v2_mail_templates`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Notify => "notify",
            Self::RemindExpire => "remindExpire",
            Self::RemindTraffic => "remindTraffic",
            Self::MailLogin => "mailLogin",
        }
    }

    /// The template with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|template| template.as_str() == name)
    }

    /// How `v2_mail_log` names the template, as the reference panel writes it.
    pub fn log_name(self, source: TemplateSource) -> String {
        match source {
            TemplateSource::BuiltIn => format!("mail.default.{}", self.as_str()),
            TemplateSource::Stored => format!("db:{}", self.as_str()),
        }
    }
}

/// A message about to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// To whom.
    pub to: Email,
    /// The subject, unless a stored template has one.
    pub subject: String,
    /// Which text.
    pub template: TemplateName,
    /// What stands for the placeholders, as plain texts; may hold secrets, so it is never logged.
    pub values: BTreeMap<String, String>,
}

impl NewMail {
    /// Puts a recipient's own values into the subject and the content, both written by an
    /// administrator.
    #[must_use]
    pub fn expanded(mut self, vars: &BTreeMap<String, String>) -> Self {
        self.subject = expand(&self.subject, vars);
        if let Some(content) = self.values.get_mut(CONTENT) {
            *content = expand(content, vars);
        }
        self
    }

    /// Sets a content that is HTML: only for what an administrator wrote. The content is a plain
    /// text otherwise.
    #[must_use]
    pub fn with_html(mut self, content: &str) -> Self {
        self.values.insert(CONTENT.to_owned(), content.to_owned());
        self.values.insert(CONTENT_MODE.to_owned(), HTML.to_owned());
        self
    }
}

/// A message ready to be handed to a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// To whom.
    pub to: Email,
    /// The subject.
    pub subject: String,
    /// The body.
    pub html: String,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// STARTTLS on a plain connection (`tls`, `starttls`).
    StartTls,
    /// TLS from the first byte (`ssl`).
    Tls,
}

/// The mail server of the `email_*` settings. Its `Debug` form hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Login name; `None` sends without login.
    pub username: Option<String>,
    /// Password of the login.
    pub password: Option<String>,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Sender address.
    pub from_address: String,
    /// Sender name: the site's name.
    pub from_name: String,
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}
