//! Where Telegram finds the bot.

use std::time::Duration;

use ferroboard_audit::AuditChange;
use ferroboard_site::Settings;
use ferroboard_telegram::{BotToken, COMMANDS, TelegramError, TelegramFailed, Webhook};
use serde_json::Value;

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// How long Telegram may take for all that it is asked: whoever waits for it hears of the delay.
const PATIENCE: Duration = Duration::from_secs(15);

/// The bot's webhook.
pub struct TelegramWebhook(pub(crate) AdminContext);

impl TelegramWebhook {
    /// Has Telegram call the panel, by the settings that the database has at this moment. `given` is the
    /// bot's token while the settings have none.
    pub async fn register(&self, given: Option<&str>, change: Change) -> Result<Webhook, Error> {
        let settings = Settings::from_rows(self.0.ports.store.list_settings().await?);
        let bot = &settings.telegram;
        let stored = bot.telegram_bot_token.as_deref().and_then(BotToken::new);
        let token = stored.or_else(|| given.and_then(BotToken::new));
        let token = token.ok_or(TelegramError::TokenMissing)?;
        let address = bot.telegram_webhook_url.as_deref();
        let address = address.or(settings.site.app_url.as_deref());
        let webhook = Webhook::new(address.ok_or(TelegramError::AddressMissing)?, &token);
        let set = tokio::time::timeout(PATIENCE, self.set(&token, &webhook)).await;
        let late = |_| TelegramFailed("Telegram did not answer in time".to_owned());
        set.map_err(late)??;
        change!(change, |_tx| {
            // The whole address holds the key.
            AuditChange::of("webhook_base_url", Value::Null, Value::from(webhook.base()))
        })?;
        Ok(webhook)
    }

    async fn set(&self, token: &BotToken, webhook: &Webhook) -> Result<(), TelegramFailed> {
        let telegram = &self.0.ports.telegram;
        telegram.name(token).await?;
        telegram.set_webhook(token, webhook).await?;
        // The bot answers without them as well.
        if let Err(error) = telegram.set_commands(token, COMMANDS).await {
            tracing::warn!(%error, "Telegram did not take the bot's commands");
        }
        Ok(())
    }
}
