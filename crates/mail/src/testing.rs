//! The in-memory tables of this domain, and builders for its rows.

mod chat_outbox;
mod choices;

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{ChatMessageId, Email, MailId, Seconds, StoreError, UnixSeconds, UserId};

use crate::{
    LONGEST_PAUSE, MailTemplate, MailTemplateRepository, NewMail, NoticeChoice, OutboxRepository,
    QueuedMail, TemplateName, TemplateSource,
};

pub use chat_outbox::ChatMessageRow;

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryMail {
    /// `ferro_mail`.
    pub outbox: BTreeMap<MailId, OutboxRow>,
    /// `v2_mail_log`, oldest first.
    pub log: Vec<MailLogRow>,
    /// `v2_mail_templates`, by name.
    pub templates: BTreeMap<String, MailTemplate>,
    /// `ferro_chat_message`.
    pub chat_messages: BTreeMap<ChatMessageId, ChatMessageRow>,
    /// `ferro_notice_choice`.
    pub choices: BTreeMap<UserId, NoticeChoice>,
    last_mail: i64,
    last_chat_message: i64,
}

/// A row of `ferro_mail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The message; its values are forgotten once it is sent or given up.
    pub mail: NewMail,
    /// Where it stands.
    pub state: OutboxState,
    /// How many attempts were made.
    pub attempts: i64,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

/// Where a message in the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// It is to be sent from this time on.
    Waiting(UnixSeconds),
    /// A sender holds it until this time.
    Sending(UnixSeconds),
    /// The mail server took it.
    Sent,
    /// It was given up.
    Failed,
}

/// A row of `v2_mail_log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLogRow {
    /// To whom.
    pub email: Email,
    /// The subject of the queued message.
    pub subject: String,
    /// The template's name as the reference panel writes it.
    pub template_name: String,
    /// Why it was not sent.
    pub error: Option<String>,
    /// When.
    pub created_at: UnixSeconds,
}

/// A transaction that holds this domain's tables.
pub trait HasMail: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn mail(&mut self) -> Result<&mut MemoryMail, StoreError>;
}

impl HasMail for MemoryTransaction<'_, MemoryMail> {
    fn mail(&mut self) -> Result<&mut MemoryMail, StoreError> {
        self.open()
    }
}

impl OutboxState {
    fn is_due(self, now: UnixSeconds, lease: Seconds) -> bool {
        match self {
            Self::Waiting(at) => !at.holds_at(now, LONGEST_PAUSE),
            Self::Sending(until) => !until.holds_at(now, lease),
            Self::Sent | Self::Failed => false,
        }
    }
}

impl MemoryMail {
    /// The row, if the attempt still holds its lease.
    fn held(&mut self, mail: &QueuedMail) -> Option<&mut OutboxRow> {
        let lease = OutboxState::Sending(mail.leased_until);
        self.outbox
            .get_mut(&mail.id)
            .filter(|row| row.state == lease)
    }
}

#[async_trait]
impl<T: HasMail> OutboxRepository for T {
    async fn insert_mail(&mut self, mail: &NewMail, now: UnixSeconds) -> Result<(), StoreError> {
        let tables = self.mail()?;
        tables.last_mail += 1;
        let row = OutboxRow {
            mail: mail.clone(),
            state: OutboxState::Waiting(UnixSeconds::default()),
            attempts: 0,
            last_error: None,
            updated_at: now,
        };
        tables.outbox.insert(MailId::new(tables.last_mail), row);
        Ok(())
    }

    async fn insert_mails(
        &mut self,
        mails: &[NewMail],
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        for mail in mails {
            self.insert_mail(mail, now).await?;
        }
        Ok(())
    }

    async fn lock_due_mails(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedMail>, StoreError> {
        let leased_until = now.plus(lease);
        let limit = usize::try_from(limit).unwrap_or(0);
        let due = self
            .mail()?
            .outbox
            .iter_mut()
            .filter(|(_, row)| row.state.is_due(now, lease))
            .take(limit);
        Ok(due
            .map(|(id, row)| {
                row.state = OutboxState::Sending(leased_until);
                row.updated_at = now;
                let mail = row.mail.clone();
                QueuedMail {
                    id: *id,
                    mail,
                    attempts: row.attempts,
                    leased_until,
                }
            })
            .collect())
    }

    async fn move_mail_to_sent(
        &mut self,
        mail: &QueuedMail,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.mail()?.held(mail) else {
            return Ok(false);
        };
        row.state = OutboxState::Sent;
        row.attempts += 1;
        row.last_error = None;
        row.mail.values.clear();
        row.updated_at = now;
        Ok(true)
    }

    async fn move_mail_to_failed(
        &mut self,
        mail: &QueuedMail,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.mail()?.held(mail) else {
            return Ok(false);
        };
        row.attempts += 1;
        row.last_error = Some(error.to_owned());
        row.updated_at = now;
        row.state = retry_at.map_or(OutboxState::Failed, OutboxState::Waiting);
        if retry_at.is_none() {
            row.mail.values.clear();
        }
        Ok(true)
    }

    async fn insert_mail_log(
        &mut self,
        mail: &NewMail,
        source: TemplateSource,
        error: Option<&str>,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let row = MailLogRow {
            email: mail.to.clone(),
            subject: mail.subject.clone(),
            template_name: mail.template.log_name(source),
            error: error.map(str::to_owned),
            created_at: now,
        };
        self.mail()?.log.push(row);
        Ok(())
    }

    async fn find_mail_template(&mut self, name: &str) -> Result<Option<MailTemplate>, StoreError> {
        Ok(self.mail()?.templates.get(name).cloned())
    }

    async fn delete_done_mails(
        &mut self,
        sent_before: UnixSeconds,
        failed_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let tables = self.mail()?;
        let is_done = |row: &OutboxRow| match row.state {
            OutboxState::Sent => row.updated_at < sent_before,
            OutboxState::Failed => row.updated_at < failed_before,
            OutboxState::Waiting(_) | OutboxState::Sending(_) => false,
        };
        let done = tables.outbox.iter().filter(|(_, row)| is_done(row));
        let done: Vec<MailId> = done.take(limit).map(|(id, _)| *id).collect();
        for id in &done {
            tables.outbox.remove(id);
        }
        let mut forgotten = 0;
        tables.log.retain(|row| {
            let is_kept = row.created_at >= failed_before || forgotten == limit;
            forgotten += usize::from(!is_kept);
            is_kept
        });
        Ok(u64::try_from(done.len() + forgotten).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl<T: HasMail> MailTemplateRepository for T {
    async fn update_mail_template(
        &mut self,
        template: TemplateName,
        text: &MailTemplate,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let templates = &mut self.mail()?.templates;
        templates.insert(template.as_str().to_owned(), text.clone());
        Ok(())
    }

    async fn delete_mail_template(&mut self, template: TemplateName) -> Result<bool, StoreError> {
        let templates = &mut self.mail()?.templates;
        Ok(templates.remove(template.as_str()).is_some())
    }
}

/// A message with a code to this address.
pub fn a_mail(to: &str) -> NewMail {
    NewMail {
        to: Email::stored(to),
        subject: "Your code".to_owned(),
        template: TemplateName::Verify,
        values: BTreeMap::from([("code".to_owned(), "123456".to_owned())]),
    }
}
