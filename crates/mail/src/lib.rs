#![doc = include_str!("../README.md")]

mod chat_message;
mod choice;
mod error;
mod message;
mod outbox;
mod placeholders;
mod ports;
mod template;
#[cfg(feature = "testing")]
pub mod testing;

pub use chat_message::{NewChatMessage, QueuedChatMessage};
pub use choice::{NoticeChannel, NoticeChoice, NoticeKind, NoticeRoutes};
pub use error::MailError;
pub use message::{Encryption, NewMail, RenderedMail, SmtpSettings, TemplateName, TemplateSource};
pub use outbox::{Attempt, LONGEST_PAUSE, QueuedMail, after_failure};
pub use ports::{
    ChatOutboxRepository, MailFailed, MailTemplateRepository, MailTx, Mailer,
    NoticeChoiceRepository, OutboxRepository,
};
pub use template::{MailTemplate, expand};
