use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, SelectableHelper as _,
};
use ferroboard_application::{AccountView, ChatAccountView, TelegramQueries};
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_telegram::{ChatId, ChatOwner, ChatRepository};

use super::super::accounts::account_views::AccountViewRow;
use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, dialect, flag, is_storable, reported};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::v2_user;

/// The most chats that are told of something.
const STAFF: i64 = 100;
/// How long the row of a lock stays behind.
const LOCK_KEPT: Seconds = Seconds::minutes(1);

#[async_trait]
impl ChatRepository for SqlTx {
    async fn lock_chat_owner(&mut self, token: &str) -> Result<Option<ChatOwner>, StoreError> {
        if !is_storable(token) {
            return Ok(None);
        }
        let query = v2_user::table
            .filter(v2_user::token.eq(token))
            .filter(no_shadow())
            .select((v2_user::id, v2_user::token, v2_user::telegram_id));
        let row = lock!(query)
            .first::<(Int, String, Option<Int>)>(self.open()?)
            .await
            .optional();
        let row = self.settle(row)?;
        // MySQL takes letters of either case for equal.
        let row = row.filter(|(_, stored, _)| stored.trim_end() == token);
        if let Some((id, ..)) = &row {
            self.take_turn(UserId::new(id.0)).await?;
        }
        Ok(row.map(|(id, _, chat)| ChatOwner {
            user: UserId::new(id.0),
            chat: chat.map(|chat| ChatId::new(chat.0)),
        }))
    }

    async fn find_chat_owner(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError> {
        let id = v2_user::table
            .filter(v2_user::telegram_id.eq(chat.get()))
            .order(v2_user::id)
            .select(v2_user::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(id)?.map(|id| UserId::new(id.0)))
    }

    async fn find_chat(&mut self, user: UserId) -> Result<Option<ChatId>, StoreError> {
        let chat = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::telegram_id)
            .first::<Option<Int>>(self.open()?)
            .await
            .optional();
        let chat = self.settle(chat)?.flatten();
        Ok(chat.map(|chat| ChatId::new(chat.0)))
    }

    async fn move_chat(
        &mut self,
        user: UserId,
        from: Option<ChatId>,
        to: Option<ChatId>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let moved: Result<usize, Failure> = async {
            let connection = self.open()?;
            let change = (
                v2_user::telegram_id.eq(to.map(ChatId::get)),
                v2_user::updated_at.eq(at.get()),
            );
            let row = v2_user::table.filter(v2_user::id.eq(user.get()));
            let count = match from {
                Some(chat) => {
                    let bound = row.filter(v2_user::telegram_id.eq(chat.get()));
                    diesel::update(bound)
                        .set(change)
                        .execute(connection)
                        .await?
                }
                None => {
                    let unbound = row.filter(v2_user::telegram_id.is_null());
                    diesel::update(unbound)
                        .set(change)
                        .execute(connection)
                        .await?
                }
            };
            Ok(count)
        }
        .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn lock_chat(&mut self, chat: ChatId, at: UnixSeconds) -> Result<(), StoreError> {
        // Writing a row keeps every other writer of it waiting, on every database.
        let name = format!("telegram-chat:{chat}");
        let written = dialect::count_event(self.open()?, &name, 1, LOCK_KEPT, at).await;
        self.settle(written).map(drop)
    }
}

#[async_trait]
impl TelegramQueries for SqlStore {
    async fn find_chat_account(&self, chat: ChatId) -> Result<Option<ChatAccountView>, StoreError> {
        let mut connection = self.reader().await?;
        let row = v2_user::table
            .filter(v2_user::telegram_id.eq(chat.get()))
            .order(v2_user::id)
            .select((
                AccountViewRow::as_select(),
                fixed::<BigInt>("v2_user.is_staff"),
            ))
            .first::<(AccountViewRow, Int)>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(row.map(|(account, is_staff)| ChatAccountView {
            account: AccountView::from(account),
            is_staff: is_staff.is_set(),
        }))
    }

    async fn list_staff_chats(&self) -> Result<Vec<ChatId>, StoreError> {
        let mut connection = self.reader().await?;
        let chats: Vec<Int> = v2_user::table
            .filter(v2_user::telegram_id.is_not_null())
            .filter(v2_user::banned.eq(flag(false)))
            .filter(
                v2_user::is_admin
                    .eq(flag(true))
                    .or(fixed::<Bool>("v2_user.is_staff = '1'")),
            )
            .order(v2_user::telegram_id)
            .limit(STAFF)
            .select(v2_user::telegram_id.assume_not_null())
            .distinct()
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(chats.into_iter().map(|chat| ChatId::new(chat.0)).collect())
    }
}
