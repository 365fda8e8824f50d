use async_trait::async_trait;
use ferroboard_kernel::UserId;
use ferroboard_telegram::ChatId;

use super::SqlSeed;
use crate::contract::ChatSeed;

#[async_trait]
impl ChatSeed for SqlSeed {
    async fn update_chat(&self, user: UserId, chat: ChatId) {
        let statement = format!("UPDATE v2_user SET telegram_id = {chat} WHERE id = {user}");
        self.sql().execute(&statement).await;
    }

    async fn update_staff(&self, user: UserId) {
        let statement = format!("UPDATE v2_user SET is_staff = 1 WHERE id = {user}");
        self.sql().execute(&statement).await;
    }
}
