use std::collections::BTreeSet;

use async_trait::async_trait;
use ferroboard_application::{ChatAccountView, TelegramQueries};
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_telegram::ChatId;
use ferroboard_telegram::testing::{HasTelegram, MemoryTelegram};

use super::{MemoryStore, MemoryTx};
use crate::contract::ChatSeed;

/// How many chats of staff are listed at most.
const LISTED_CHATS: usize = 100;

impl HasTelegram for MemoryTx {
    fn telegram(&mut self) -> Result<&mut MemoryTelegram, StoreError> {
        Ok(&mut self.open()?.telegram)
    }

    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError> {
        let tables = self.open()?;
        let mut accounts = tables.auth.accounts.iter();
        let found = accounts.find(|(user, row)| {
            row.account.subscribe_token.as_str() == token
                && tables.shadows.main_of(**user).is_none()
        });
        Ok(found.map(|(user, _)| *user))
    }

    fn has_chat_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.has_user(user)
    }
}

#[async_trait]
impl TelegramQueries for MemoryStore {
    async fn find_chat_account(&self, chat: ChatId) -> Result<Option<ChatAccountView>, StoreError> {
        Ok(self.read(|tables| {
            let user = tables.telegram.owner_of(chat)?;
            let row = tables.auth.accounts.get(&user)?;
            Some(ChatAccountView {
                account: tables.account_view(row),
                is_staff: row.is_staff,
            })
        }))
    }

    async fn list_staff_chats(&self) -> Result<Vec<ChatId>, StoreError> {
        let chats: BTreeSet<ChatId> = self.read(|tables| {
            let staff =
                tables.auth.accounts.iter().filter(|(_, row)| {
                    (row.is_staff || row.account.is_admin) && !row.account.banned
                });
            let chats = staff.filter_map(|(user, _)| tables.telegram.chats.get(user));
            chats.copied().collect()
        });
        Ok(chats.into_iter().take(LISTED_CHATS).collect())
    }
}

#[async_trait]
impl ChatSeed for MemoryStore {
    async fn update_chat(&self, user: UserId, chat: ChatId) {
        self.write(|tables| tables.telegram.chats.insert(user, chat));
    }

    async fn update_staff(&self, user: UserId) {
        self.write(|tables| {
            if let Some(row) = tables.auth.accounts.get_mut(&user) {
                row.is_staff = true;
            }
        });
    }
}
