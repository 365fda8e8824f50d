//! What this domain needs from outside.

use async_trait::async_trait;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};

use crate::{
    MailTemplate, NewChatMessage, NewMail, NoticeChoice, QueuedChatMessage, QueuedMail,
    RenderedMail, SmtpSettings, TemplateName, TemplateSource,
};

/// The outbox (`ferro_mail`), `v2_mail_log` and `v2_mail_templates`, inside one open transaction.
#[async_trait]
pub trait OutboxRepository: Send {
    /// Queues a message, which is due at once by any clock; it is sent after the transaction commits, and
    /// only then.
    async fn insert_mail(&mut self, mail: &NewMail, now: UnixSeconds) -> Result<(), StoreError>;

    /// Queues messages in a fixed number of statements.
    async fn insert_mails(&mut self, mails: &[NewMail], now: UnixSeconds)
    -> Result<(), StoreError>;

    /// Takes up to `limit` messages that are due (waiting with their time come, or left behind by a
    /// sender whose lease ran out), oldest first, and leases them for this time. Of several callers at
    /// once each message MUST go to one. `now` is by the database's clock; a message that would wait
    /// longer than [`LONGEST_PAUSE`](crate::LONGEST_PAUSE), or be leased longer than `lease`, is due.
    async fn lock_due_mails(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedMail>, StoreError>;

    /// Marks a leased message as sent and forgets its placeholder values. `false` when the lease
    /// is no longer the caller's.
    async fn move_mail_to_sent(
        &mut self,
        mail: &QueuedMail,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Puts a leased message back until `retry_at` by the database's clock, or, with `None`, marks it as failed for good
    /// and forgets its placeholder values. `false` when the lease is no longer the caller's.
    async fn move_mail_to_failed(
        &mut self,
        mail: &QueuedMail,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes a row of `v2_mail_log` with the subject of the queued message: the one of a stored
    /// template may hold a code. `error` is NULL for a message that was sent.
    async fn insert_mail_log(
        &mut self,
        mail: &NewMail,
        source: TemplateSource,
        error: Option<&str>,
        now: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// The administrator's text for a template, if there is one.
    async fn find_mail_template(&mut self, name: &str) -> Result<Option<MailTemplate>, StoreError>;

    /// Deletes messages that were sent before `sent_before` and those that were given up before
    /// `failed_before`, and lines of the log from before then: up to `limit` of either; how many.
    async fn delete_done_mails(
        &mut self,
        sent_before: UnixSeconds,
        failed_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// The texts of administrators (`v2_mail_templates`), inside one open transaction.
#[async_trait]
pub trait MailTemplateRepository: Send {
    /// Stores the text of a template, whether or not there is one.
    async fn update_mail_template(
        &mut self,
        template: TemplateName,
        text: &MailTemplate,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes the text of a template. `false` when there is none.
    async fn delete_mail_template(&mut self, template: TemplateName) -> Result<bool, StoreError>;
}

/// Messages into chats (`ferro_chat_message`), inside one open transaction. What holds for queued mail holds
/// for them, but that none stays once it is sent.
#[async_trait]
pub trait ChatOutboxRepository: Send {
    /// Queues messages, due at once by any clock, in a fixed number of statements.
    async fn insert_chat_messages(
        &mut self,
        messages: &[NewChatMessage],
        now: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Takes up to `limit` messages that are due and leases them, as
    /// [`OutboxRepository::lock_due_mails`] does. Of several callers at once each message MUST go to one.
    async fn lock_due_chat_messages(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedChatMessage>, StoreError>;

    /// Deletes a leased message that was sent. `false` when the lease is no longer the caller's.
    async fn delete_chat_message(
        &mut self,
        message: &QueuedChatMessage,
    ) -> Result<bool, StoreError>;

    /// Puts a leased message back until `retry_at` by the database's clock, or, with `None`, marks it as
    /// failed for good. `false` when the lease is no longer the caller's.
    async fn move_chat_message_to_failed(
        &mut self,
        message: &QueuedChatMessage,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Deletes up to `limit` messages that were given up before this time; how many.
    async fn delete_failed_chat_messages(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// What customers want to be told (`ferro_notice_choice`), inside one open transaction.
#[async_trait]
pub trait NoticeChoiceRepository: Send {
    /// What those of the users chose who chose anything.
    async fn list_notice_choices(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, NoticeChoice)>, StoreError>;

    /// Writes what a user chose, in place of what was chosen before.
    async fn update_notice_choice(
        &mut self,
        user: UserId,
        choice: &NoticeChoice,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait MailTx:
        OutboxRepository
        + MailTemplateRepository
        + ChatOutboxRepository
        + NoticeChoiceRepository
}

/// Why a message was not accepted by the mail server. The text is for the log and the outbox; it
/// holds neither passwords nor message bodies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MailFailed(pub String);

/// Hands a message to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one message within ten seconds. With `smtp` `None` the site has no mail server: the
    /// development profile logs the message and succeeds, the production profile fails.
    async fn send(
        &self,
        smtp: Option<&SmtpSettings>,
        mail: &RenderedMail,
    ) -> Result<(), MailFailed>;
}
