//! The in-memory column of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{ChatId, ChatOwner, ChatRepository};

/// The rows of `v2_user`, where this domain's column stands alone.
#[derive(Debug, Clone, Default)]
pub struct MemoryTelegram {
    /// By user.
    pub users: BTreeMap<UserId, ChatRow>,
}

/// What this domain needs of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatRow {
    /// The subscription token.
    pub token: String,
    /// `telegram_id`.
    pub chat: Option<ChatId>,
}

/// A transaction that holds this domain's column. Every method fails once the transaction is over.
pub trait HasTelegram: Send {
    /// The account with this subscription token.
    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError>;

    /// The account of a chat; of several the one with the lowest number.
    fn user_with_chat(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError>;

    /// The chat of a user; `None` where `v2_user` has no such row.
    fn chat_of(&mut self, user: UserId) -> Result<Option<&mut Option<ChatId>>, StoreError>;
}

impl HasTelegram for MemoryTransaction<'_, MemoryTelegram> {
    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError> {
        let mut users = self.open()?.users.iter();
        let found = users.find(|(_, row)| row.token == token);
        Ok(found.map(|(user, _)| *user))
    }

    fn user_with_chat(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError> {
        let mut users = self.open()?.users.iter();
        let found = users.find(|(_, row)| row.chat == Some(chat));
        Ok(found.map(|(user, _)| *user))
    }

    fn chat_of(&mut self, user: UserId) -> Result<Option<&mut Option<ChatId>>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.chat))
    }
}

#[async_trait]
impl<T: HasTelegram> ChatRepository for T {
    async fn lock_chat_owner(&mut self, token: &str) -> Result<Option<ChatOwner>, StoreError> {
        let Some(user) = self.user_with_token(token)? else {
            return Ok(None);
        };
        let chat = self.chat_of(user)?.and_then(|chat| *chat);
        Ok(Some(ChatOwner { user, chat }))
    }

    async fn find_chat_owner(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError> {
        self.user_with_chat(chat)
    }

    async fn find_chat(&mut self, user: UserId) -> Result<Option<ChatId>, StoreError> {
        Ok(self.chat_of(user)?.and_then(|chat| *chat))
    }

    async fn move_chat(
        &mut self,
        user: UserId,
        from: Option<ChatId>,
        to: Option<ChatId>,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let chat = self.chat_of(user)?;
        let Some(chat) = chat.filter(|chat| **chat == from) else {
            return Ok(false);
        };
        *chat = to;
        Ok(true)
    }

    async fn lock_chat(&mut self, chat: ChatId, _at: UnixSeconds) -> Result<(), StoreError> {
        // There is one writer.
        self.user_with_chat(chat).map(drop)
    }
}
