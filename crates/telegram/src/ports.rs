//! What this domain needs from outside.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{BotToken, ChatId, ChatOwner, Webhook};

/// The column `telegram_id` of `v2_user`, inside one open transaction.
#[async_trait]
pub trait ChatRepository: Send {
    /// The account with this subscription token, spelled exactly so, locked.
    async fn lock_chat_owner(&mut self, token: &str) -> Result<Option<ChatOwner>, StoreError>;

    /// The account of this chat. A database of the reference panel may hold several: the one with
    /// the lowest number.
    async fn find_chat_owner(&mut self, chat: ChatId) -> Result<Option<UserId>, StoreError>;

    /// The chat of an account.
    async fn find_chat(&mut self, user: UserId) -> Result<Option<ChatId>, StoreError>;

    /// Gives the account this chat, or none, if its chat still is `from`. `false` means that another
    /// request was first.
    async fn move_chat(
        &mut self,
        user: UserId,
        from: Option<ChatId>,
        to: Option<ChatId>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Keeps every other transaction that calls this for the same chat waiting until this one ends.
    async fn lock_chat(&mut self, chat: ChatId, at: UnixSeconds) -> Result<(), StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait TelegramTx: ChatRepository {}
impl<T: ChatRepository + ?Sized> TelegramTx for T {}

/// Why Telegram did not do what it was asked. The text is for the log; it holds no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TelegramFailed(pub String);

/// Speaks with Telegram. Never called while a transaction is open.
#[async_trait]
pub trait TelegramBot: Send + Sync {
    /// The bot's user name.
    async fn name(&self, token: &BotToken) -> Result<String, TelegramFailed>;

    /// Has Telegram call the webhook, with its secret in a header. Asked once: whoever asks sees why it
    /// failed.
    async fn set_webhook(&self, token: &BotToken, webhook: &Webhook) -> Result<(), TelegramFailed>;

    /// Has Telegram offer these commands to who writes to the bot.
    async fn set_commands(
        &self,
        token: &BotToken,
        commands: &[(&str, &str)],
    ) -> Result<(), TelegramFailed>;

    /// Sends a text of at most 4,096 characters into a chat; what is longer is cut.
    async fn send(&self, token: &BotToken, chat: ChatId, text: &str) -> Result<(), TelegramFailed>;

    /// Lets a person into a group that asked to join it, or not.
    async fn answer_join_request(
        &self,
        token: &BotToken,
        group: ChatId,
        person: ChatId,
        admit: bool,
    ) -> Result<(), TelegramFailed>;
}
