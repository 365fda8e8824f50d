/// A refusal of this domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// The bot is switched off, has no token, or Telegram does not answer.
    #[error("the bot cannot be reached")]
    BotUnavailable,
    /// The webhook was called by somebody else than Telegram.
    #[error("the webhook was not called by Telegram")]
    NotTelegram,
}
