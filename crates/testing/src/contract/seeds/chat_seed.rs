use async_trait::async_trait;
use ferroboard_kernel::UserId;
use ferroboard_telegram::ChatId;

/// Writes about the bot that no port offers. Every method panics when the database refuses.
#[async_trait]
pub trait ChatSeed: Send + Sync {
    /// Gives a user a chat, whoever has it already.
    async fn update_chat(&self, user: UserId, chat: ChatId);

    /// Makes a user one of the staff.
    async fn update_staff(&self, user: UserId);
}
