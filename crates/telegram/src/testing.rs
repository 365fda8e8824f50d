//! The in-memory columns of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{ChatId, ChatOwner, ChatRepository};

/// The columns of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryTelegram {
    /// `telegram_id` of `v2_user`, for every user that has one.
    pub chats: BTreeMap<UserId, ChatId>,
    /// The subscription tokens of users, where these columns stand alone.
    pub tokens: BTreeMap<UserId, String>,
}

impl MemoryTelegram {
    /// The account of a chat.
    pub fn owner_of(&self, chat: ChatId) -> Option<UserId> {
        let bound = self.chats.iter().find(|(_, bound)| **bound == chat);
        bound.map(|(user, _)| *user)
    }
}

/// A transaction that holds this domain's columns.
pub trait HasTelegram: Send {
    /// The columns as the transaction sees them; an error once the transaction is over.
    fn telegram(&mut self) -> Result<&mut MemoryTelegram, StoreError>;

    /// The account with this subscription token; an error once the transaction is over.
    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError>;

    /// Whether `v2_user` has this row; an error once the transaction is over.
    fn has_chat_user(&mut self, user: UserId) -> Result<bool, StoreError>;
}

impl HasTelegram for MemoryTransaction<'_, MemoryTelegram> {
    fn telegram(&mut self) -> Result<&mut MemoryTelegram, StoreError> {
        self.open()
    }

    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError> {
        let mut tokens = self.open()?.tokens.iter();
        let found = tokens.find(|(_, known)| *known == token);
        Ok(found.map(|(user, _)| *user))
    }

    fn has_chat_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.open()?.tokens.contains_key(&user))
    }
}

#[async_trait]
impl<T: HasTelegram> ChatRepository for T {
    async fn lock_chat_owner(&mut self, token: &str) -> Result<Option<ChatOwner>, StoreError> {
        let Some(user) = self.user_with_token(token)? else {
            return Ok(None);
        };
        let chat = self.telegram()?.chats.get(&user).copied();
        Ok(Some(ChatOwner { user, chat }))
    }

    async fn find_chat_owner(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError> {
        Ok(self.telegram()?.owner_of(chat))
    }

    async fn move_chat(
        &mut self,
        user: UserId,
        from: Option<ChatId>,
        to: Option<ChatId>,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if !self.has_chat_user(user)? {
            return Ok(false);
        }
        let chats = &mut self.telegram()?.chats;
        if chats.get(&user).copied() != from {
            return Ok(false);
        }
        match to {
            Some(chat) => chats.insert(user, chat),
            None => chats.remove(&user),
        };
        Ok(true)
    }

    async fn lock_chat(&mut self, _chat: ChatId, _at: UnixSeconds) -> Result<(), StoreError> {
        // There is one writer.
        self.telegram().map(drop)
    }
}
