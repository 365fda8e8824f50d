use async_trait::async_trait;
use ferroboard_kernel::{ChatMessageId, Seconds, StoreError, UnixSeconds};

use super::{HasMail, MemoryMail, OutboxState};
use crate::{ChatOutboxRepository, NewChatMessage, QueuedChatMessage};

/// A row of `ferro_chat_message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessageRow {
    /// The message.
    pub message: NewChatMessage,
    /// Where it stands; none is kept that was sent.
    pub state: OutboxState,
    /// How many attempts were made.
    pub attempts: i64,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

impl MemoryMail {
    /// Whether the attempt still holds its lease.
    fn holds(&self, message: &QueuedChatMessage) -> bool {
        let lease = OutboxState::Sending(message.leased_until);
        let row = self.chat_messages.get(&message.id);
        row.is_some_and(|row| row.state == lease)
    }
}

#[async_trait]
impl<T: HasMail> ChatOutboxRepository for T {
    async fn insert_chat_messages(
        &mut self,
        messages: &[NewChatMessage],
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.mail()?;
        for message in messages {
            tables.last_chat_message += 1;
            let row = ChatMessageRow {
                message: message.clone(),
                state: OutboxState::Waiting(UnixSeconds::default()),
                attempts: 0,
                last_error: None,
                updated_at: now,
            };
            let id = ChatMessageId::new(tables.last_chat_message);
            tables.chat_messages.insert(id, row);
        }
        Ok(())
    }

    async fn lock_due_chat_messages(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedChatMessage>, StoreError> {
        let leased_until = now.plus(lease);
        let limit = usize::try_from(limit).unwrap_or(0);
        let due = self
            .mail()?
            .chat_messages
            .iter_mut()
            .filter(|(_, row)| row.state.is_due(now, lease))
            .take(limit);
        Ok(due
            .map(|(id, row)| {
                let attempts = row.attempts;
                row.state = OutboxState::Sending(leased_until);
                row.attempts += 1;
                row.updated_at = now;
                QueuedChatMessage {
                    id: *id,
                    message: row.message.clone(),
                    attempts,
                    leased_until,
                }
            })
            .collect())
    }

    async fn delete_chat_message(
        &mut self,
        message: &QueuedChatMessage,
    ) -> Result<bool, StoreError> {
        let tables = self.mail()?;
        let is_held = tables.holds(message);
        if is_held {
            tables.chat_messages.remove(&message.id);
        }
        Ok(is_held)
    }

    async fn move_chat_message_to_failed(
        &mut self,
        message: &QueuedChatMessage,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let tables = self.mail()?;
        if !tables.holds(message) {
            return Ok(false);
        }
        if let Some(row) = tables.chat_messages.get_mut(&message.id) {
            row.last_error = Some(error.to_owned());
            row.updated_at = now;
            row.state = retry_at.map_or(OutboxState::Failed, OutboxState::Waiting);
        }
        Ok(true)
    }

    async fn delete_failed_chat_messages(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let tables = self.mail()?;
        let old = tables
            .chat_messages
            .iter()
            .filter(|(_, row)| row.state == OutboxState::Failed && row.updated_at < before);
        let old: Vec<ChatMessageId> = old.take(limit).map(|(id, _)| *id).collect();
        for id in &old {
            tables.chat_messages.remove(id);
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}
