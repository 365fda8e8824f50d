use std::collections::BTreeSet;

use async_trait::async_trait;
use ferroboard_application::{ChatAccountView, TelegramQueries};
use ferroboard_auth::testing::AccountRow;
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_telegram::ChatId;
use ferroboard_telegram::testing::HasTelegram;

use super::{MemoryStore, MemoryTx};
use crate::contract::ChatSeed;

/// How many chats of staff are listed at most.
const LISTED_CHATS: usize = 100;

impl HasTelegram for MemoryTx {
    fn user_with_token(&mut self, token: &str) -> Result<Option<UserId>, StoreError> {
        let tables = self.open()?;
        let mut users = tables.users.iter();
        let found = users.find(|(user, row)| {
            row.auth.account.subscribe_token.as_str() == token
                && tables.shadows.main_of(**user).is_none()
        });
        Ok(found.map(|(user, _)| *user))
    }

    fn user_with_chat(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError> {
        Ok(self.open()?.user_with_chat(chat))
    }

    fn chat_of(&mut self, user: UserId) -> Result<Option<&mut Option<ChatId>>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.chat))
    }
}

#[async_trait]
impl TelegramQueries for MemoryStore {
    async fn find_chat_account(&self, chat: ChatId) -> Result<Option<ChatAccountView>, StoreError> {
        Ok(self.read(|tables| {
            let user = tables.user_with_chat(chat)?;
            let row = tables.users.get(&user)?;
            Some(ChatAccountView {
                account: tables.account_view(row),
                is_staff: row.auth.is_staff,
            })
        }))
    }

    async fn list_staff_chats(&self) -> Result<Vec<ChatId>, StoreError> {
        let chats: BTreeSet<ChatId> = self.read(|tables| {
            let is_staff = |row: &AccountRow| row.is_staff || row.account.is_admin;
            let users = tables.users.values();
            let staff = users.filter(|row| is_staff(&row.auth) && !row.auth.account.banned);
            staff.filter_map(|row| row.chat).collect()
        });
        Ok(chats.into_iter().take(LISTED_CHATS).collect())
    }
}

#[async_trait]
impl ChatSeed for MemoryStore {
    async fn update_chat(&self, user: UserId, chat: ChatId) {
        self.write(|tables| tables.user(user).chat = Some(chat));
    }

    async fn update_staff(&self, user: UserId) {
        self.write(|tables| {
            tables.user(user).auth.is_staff = true;
        });
    }
}
