//! Sending what waits in the outbox.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_mail::{Attempt, MailFailed, QueuedMail, TemplateSource, after_failure};
use futures_util::future;
use futures_util::stream::{self, StreamExt as _};

use crate::jobs::chat_outbox::ChatOutbox;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{Error, UnitOfWork, policies};

/// How many messages one round takes, and how many of them are under way at once.
const BATCH: i64 = 20;
const AT_ONCE: usize = 4;
/// How long a round holds its messages: longer than the slowest sending of all of them.
const LEASE: Seconds = Seconds::new(120);
/// How often the outbox is looked at when nothing rings: for retries, and for what other processes
/// left behind.
const IDLE: Duration = Duration::from_secs(5);
/// How long a sent message stays visible.
const KEPT: Seconds = Seconds::days(30);
/// How many rows one transaction deletes.
const FORGOTTEN: u32 = 1_000;
/// How long a message that was given up stays visible, and a line of the log.
const FAILED_KEPT: Seconds = Seconds::days(90);

/// The sender of queued mail.
pub struct Outbox(pub(crate) Arc<Core>);

impl Outbox {
    /// Sends for as long as it is polled. Dropping it between two messages loses nothing: a message
    /// under way is sent again when its lease runs out.
    pub async fn run(&self) {
        loop {
            match self.deliver_all().await {
                Ok(0) => {
                    let rung = self.0.mail_queued.notified();
                    // Either way it is time to look again.
                    let _ = tokio::time::timeout(IDLE, rung).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read");
                    tokio::time::sleep(IDLE).await;
                }
            }
        }
    }

    /// One round of mails and one of messages into chats, beside each other: neither waits for the other's server.
    async fn deliver_all(&self) -> Result<usize, Error> {
        let chats = ChatOutbox(Arc::clone(&self.0));
        let (mails, messages) = future::join(self.deliver_due(), chats.deliver_due()).await;
        Ok(mails?.saturating_add(messages?))
    }

    /// Makes one attempt for each message that is due, up to twenty; how many there were.
    pub async fn deliver_due(&self) -> Result<usize, Error> {
        let due = transact!(self.0.ports.store, |tx| {
            let now = tx.find_time().await?;
            tx.lock_due_mails(BATCH, now, LEASE).await?
        })?;
        let taken = due.len();
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |mail| async move {
                if let Err(error) = self.deliver(&mail).await {
                    tracing::error!(mail = %mail.id, %error, "the outcome of a mail was not noted");
                }
            })
            .await;
        Ok(taken)
    }

    /// Deletes messages that were sent a month ago or given up three months ago; how many.
    pub async fn forget_done(&self) -> Result<u64, Error> {
        let mut total = 0;
        loop {
            let count = transact!(self.0.ports.store, |tx| {
                let now = self.0.ports.clock.now();
                let (sent, failed) = (now.minus(KEPT), now.minus(FAILED_KEPT));
                tx.delete_done_mails(sent, failed, FORGOTTEN).await?
            })?;
            if count == 0 {
                return Ok(total);
            }
            total += count;
        }
    }

    async fn deliver(&self, queued: &QueuedMail) -> Result<(), Error> {
        if self.goes_to_shadow(queued).await? {
            return self.drop_unsent(queued).await;
        }
        let stored = look!(self.0.ports.store, |tx| tx
            .find_mail_template(queued.mail.template.as_str())
            .await?)?;
        let rendered = queued.mail.rendered(stored.as_ref());
        let source = match stored {
            Some(_) => TemplateSource::Stored,
            None => TemplateSource::BuiltIn,
        };
        let smtp = policies::smtp(&self.0.site.current());
        let sent = self.0.ports.mailer.send(smtp.as_ref(), &rendered).await;
        transact!(self.0.ports.store, |tx| self
            .note(tx, queued, source, &sent)
            .await?)
    }

    /// Whether the address is a shadow account's: its mailbox may be somebody else's.
    async fn goes_to_shadow(&self, queued: &QueuedMail) -> Result<bool, Error> {
        match self.0.ports.store.find_login(&queued.mail.to).await? {
            Some(account) => self.0.is_shadow(account.id).await,
            None => Ok(false),
        }
    }

    /// Settles a message without sending it, and without a word in the log of mails.
    async fn drop_unsent(&self, queued: &QueuedMail) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            tx.move_mail_to_sent(queued, now).await?;
        })
    }

    /// Notes what became of an attempt. Every attempt gets its row of `v2_mail_log`, as in the
    /// reference, also one whose lease ran out meanwhile: it was made.
    async fn note(
        &self,
        tx: &mut dyn UnitOfWork,
        queued: &QueuedMail,
        source: TemplateSource,
        sent: &Result<(), MailFailed>,
    ) -> Result<(), Error> {
        let now: UnixSeconds = self.0.ports.clock.now();
        match sent {
            Ok(()) => {
                tx.move_mail_to_sent(queued, now).await?;
                tx.insert_mail_log(&queued.mail, source, None, now).await?;
            }
            Err(MailFailed(reason)) => {
                tracing::warn!(mail = %queued.id, attempt = queued.attempts + 1, reason, "a mail was not sent");
                let retry_at = match after_failure(queued.attempts, tx.find_time().await?) {
                    Attempt::RetryAt(at) => Some(at),
                    Attempt::GiveUp => None,
                };
                tx.move_mail_to_failed(queued, reason, retry_at, now)
                    .await?;
                tx.insert_mail_log(&queued.mail, source, Some(reason), now)
                    .await?;
            }
        }
        Ok(())
    }
}
