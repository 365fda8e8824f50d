#![doc = include_str!("../README.md")]

mod message;
mod outbox;
mod ports;
mod template;
#[cfg(feature = "testing")]
pub mod testing;

pub use message::{Encryption, NewMail, RenderedMail, SmtpSettings, TemplateName, TemplateSource};
pub use outbox::{Attempt, LONGEST_PAUSE, QueuedMail, after_failure};
pub use ports::{MailFailed, MailTx, Mailer, OutboxRepository};
pub use template::{MailTemplate, expand};
