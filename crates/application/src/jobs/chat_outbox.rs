//! Sending what waits for chats of customers.

use std::sync::Arc;

use ferroboard_kernel::Seconds;
use ferroboard_mail::{Attempt, QueuedChatMessage, after_failure};
use ferroboard_telegram::{ChatId, TelegramFailed};
use futures_util::stream::{self, StreamExt as _};

use crate::Error;
use crate::process::Core;
use crate::transaction::transact;

/// How many messages one round takes, and how many of them are under way at once: Telegram takes no more than
/// thirty in a second.
const BATCH: i64 = 20;
const AT_ONCE: usize = 4;
/// How long a round holds its messages: longer than the slowest sending of all of them.
const LEASE: Seconds = Seconds::new(120);
/// How long a message that was given up stays, for people to see.
const FAILED_KEPT: Seconds = Seconds::days(30);
/// How many rows one transaction deletes.
const FORGOTTEN: u32 = 1_000;

/// The sender of messages into chats.
pub struct ChatOutbox(pub(crate) Arc<Core>);

impl ChatOutbox {
    /// Makes one attempt for each message that is due, up to twenty; how many there were. A message under way
    /// is sent again when its lease runs out.
    pub async fn deliver_due(&self) -> Result<usize, Error> {
        let due = transact!(self.0.ports.store, |tx| {
            let now = tx.find_time().await?;
            tx.lock_due_chat_messages(BATCH, now, LEASE).await?
        })?;
        let taken = due.len();
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |message| async move {
                if let Err(error) = self.deliver(&message).await {
                    tracing::error!(id = %message.id, %error, "the outcome of a message into a chat was not noted");
                }
            })
            .await;
        Ok(taken)
    }

    /// Deletes messages that were given up a month ago; how many.
    pub(crate) async fn forget_failed(&self) -> Result<u64, Error> {
        let mut total = 0;
        loop {
            let count = transact!(self.0.ports.store, |tx| {
                let before = self.0.ports.clock.now().minus(FAILED_KEPT);
                tx.delete_failed_chat_messages(before, FORGOTTEN).await?
            })?;
            if count == 0 {
                return Ok(total);
            }
            total += count;
        }
    }

    async fn deliver(&self, queued: &QueuedChatMessage) -> Result<(), Error> {
        let sent = match self.0.speaking_bot_token() {
            Some(token) => {
                let (chat, text) = (ChatId::new(queued.message.chat), queued.message.text());
                self.0.ports.telegram.send(&token, chat, text).await
            }
            None => Err(TelegramFailed("the bot is switched off".to_owned())),
        };
        transact!(self.0.ports.store, |tx| {
            match &sent {
                Ok(()) => tx.delete_chat_message(queued).await?,
                Err(TelegramFailed(reason)) => {
                    tracing::warn!(id = %queued.id, attempt = queued.attempts + 1, reason, "a message into a chat was not sent");
                    let retry_at = match after_failure(queued.attempts, tx.find_time().await?) {
                        Attempt::RetryAt(at) => Some(at),
                        Attempt::GiveUp => None,
                    };
                    let now = self.0.ports.clock.now();
                    tx.move_chat_message_to_failed(queued, reason, retry_at, now)
                        .await?
                }
            };
        })
    }
}
