#![doc = include_str!("../README.md")]

mod error;
mod message;
mod outbox;
mod placeholders;
mod ports;
mod template;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::MailError;
pub use message::{Encryption, NewMail, RenderedMail, SmtpSettings, TemplateName, TemplateSource};
pub use outbox::{Attempt, LONGEST_PAUSE, QueuedMail, after_failure};
pub use ports::{MailFailed, MailTemplateRepository, MailTx, Mailer, OutboxRepository};
pub use template::{MailTemplate, expand};
