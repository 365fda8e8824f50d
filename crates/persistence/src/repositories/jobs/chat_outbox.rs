use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use diesel::{BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _};
use ferroboard_kernel::{ChatMessageId, Seconds, StoreError, UnixSeconds};
use ferroboard_mail::{ChatOutboxRepository, NewChatMessage, QueuedChatMessage};

use super::super::sql::bulk::{delete_first, rows_of};
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, line, rows};
use super::outbox::{AT_ONCE, due, leased, status};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::ferro_chat_message;

#[async_trait]
impl ChatOutboxRepository for SqlTx {
    async fn insert_chat_messages(
        &mut self,
        messages: &[NewChatMessage],
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        let insert = format!(
            "INSERT INTO ferro_chat_message (chat_id, content, status, next_attempt_at, \
             created_at, updated_at) VALUES {}",
            rows_of(messages.len(), 6)
        );
        let mut insert = diesel::sql_query(insert).into_boxed();
        for message in messages {
            // PostgreSQL stores no NUL.
            let text = message.text().replace('\0', "\u{FFFD}");
            insert = insert
                .bind::<BigInt, _>(message.chat)
                .bind::<Text, _>(text)
                .bind::<BigInt, _>(status::WAITING)
                .bind::<BigInt, _>(AT_ONCE)
                .bind::<BigInt, _>(now.get())
                .bind::<BigInt, _>(now.get());
        }
        let inserted = insert.execute(self.open()?).await;
        self.settle(inserted).map(drop)
    }

    async fn lock_due_chat_messages(
        &mut self,
        limit: i64,
        now: UnixSeconds,
        lease: Seconds,
    ) -> Result<Vec<QueuedChatMessage>, StoreError> {
        let leased_until = now.plus(lease);
        let leased: Result<Vec<QueuedChatMessage>, Failure> = async {
            let connection = self.open()?;
            let due = ferro_chat_message::table
                .filter(due!(ferro_chat_message, now, lease))
                .order(ferro_chat_message::id)
                .limit(limit)
                .select((
                    ferro_chat_message::id,
                    ferro_chat_message::chat_id,
                    ferro_chat_message::content,
                    ferro_chat_message::attempts,
                ));
            let due = lock_what_is_free!(due)
                .load::<(Int, Int, String, Int)>(&mut *connection)
                .await?;
            let taken: Vec<i64> = due.iter().map(|(id, ..)| id.0).collect();
            if taken.is_empty() {
                return Ok(Vec::new());
            }
            diesel::update(ferro_chat_message::table.filter(ferro_chat_message::id.eq_any(taken)))
                .set((
                    ferro_chat_message::status.eq(status::SENDING),
                    ferro_chat_message::attempts.eq(fixed::<BigInt>(sums::one_more("attempts"))),
                    ferro_chat_message::leased_until.eq(leased_until.get()),
                    ferro_chat_message::updated_at.eq(now.get()),
                ))
                .execute(&mut *connection)
                .await?;
            let queued = due
                .into_iter()
                .map(|(id, chat, text, attempts)| QueuedChatMessage {
                    id: ChatMessageId::new(id.0),
                    message: NewChatMessage::new(chat.0, &text),
                    attempts: attempts.0,
                    leased_until,
                });
            Ok(queued.collect())
        }
        .await;
        self.settle(leased)
    }

    async fn delete_chat_message(
        &mut self,
        message: &QueuedChatMessage,
    ) -> Result<bool, StoreError> {
        let leased = leased!(ferro_chat_message, message);
        let deleted = diesel::delete(leased).execute(self.open()?).await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn move_chat_message_to_failed(
        &mut self,
        message: &QueuedChatMessage,
        error: &str,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let leased = leased!(ferro_chat_message, message);
        let next = match retry_at {
            Some(_) => status::WAITING,
            None => status::FAILED,
        };
        let moved = diesel::update(leased)
            .set((
                ferro_chat_message::status.eq(next),
                retry_at.map(|at| ferro_chat_message::next_attempt_at.eq(at.get())),
                ferro_chat_message::last_error.eq(line(error)),
                ferro_chat_message::updated_at.eq(now.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn delete_failed_chat_messages(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let old = format!(
            "status = {} AND updated_at < {}",
            status::FAILED,
            before.get()
        );
        let statement = delete_first("ferro_chat_message", &old, limit);
        let deleted = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }
}
