/// A refusal of this domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// The bot is switched off, has no token, or Telegram does not answer.
    #[error("the bot cannot be reached")]
    BotUnavailable,
    /// The webhook was called by somebody else than Telegram.
    #[error("the webhook was not called by Telegram")]
    NotTelegram,
    /// Notices go into a chat only where the account has one.
    #[error("no chat is bound to the account")]
    ChatMissing,
    /// A webhook needs a bot, and its token.
    #[error("the bot has no token")]
    TokenMissing,
    /// A webhook needs an address of the panel.
    #[error("the panel has no address that Telegram could call")]
    AddressMissing,
}
