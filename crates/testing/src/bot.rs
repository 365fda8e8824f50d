use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ferroboard_telegram::{BotToken, ChatId, TelegramBot, TelegramFailed, Webhook};

/// A bot called `our_bot` that keeps what it is to say. Clones are the same bot.
#[derive(Debug, Clone, Default)]
pub struct RecordingBot(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sent: Vec<(ChatId, String)>,
    judged: Vec<(ChatId, ChatId, bool)>,
    asked: u32,
    webhooks: Vec<Webhook>,
    commands: Vec<String>,
    is_down: bool,
}

impl RecordingBot {
    /// What it said so far, and where.
    pub fn sent(&self) -> Vec<(ChatId, String)> {
        self.with(|state| state.sent.clone())
    }

    /// Whom it let into which group, or not: group, person, admitted.
    pub fn judged(&self) -> Vec<(ChatId, ChatId, bool)> {
        self.with(|state| state.judged.clone())
    }

    /// Which webhooks were set, oldest first.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.with(|state| state.webhooks.clone())
    }

    /// Which commands it offers.
    pub fn commands(&self) -> Vec<String> {
        self.with(|state| state.commands.clone())
    }

    /// How often it was asked for its name.
    pub fn asked(&self) -> u32 {
        self.with(|state| state.asked)
    }

    /// Whether Telegram can be reached.
    pub fn set_down(&self, is_down: bool) {
        self.with(|state| state.is_down = is_down);
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn act(&self, act: impl FnOnce(&mut State)) -> Result<(), TelegramFailed> {
        self.with(|state| {
            if state.is_down {
                return Err(TelegramFailed("Telegram is down".to_owned()));
            }
            act(state);
            Ok(())
        })
    }
}

#[async_trait]
impl TelegramBot for RecordingBot {
    async fn name(&self, _token: &BotToken) -> Result<String, TelegramFailed> {
        self.with(|state| state.asked += 1);
        self.act(|_| ()).map(|()| "our_bot".to_owned())
    }

    async fn set_webhook(
        &self,
        _token: &BotToken,
        webhook: &Webhook,
    ) -> Result<(), TelegramFailed> {
        self.act(|state| state.webhooks.push(webhook.clone()))
    }

    async fn set_commands(
        &self,
        _token: &BotToken,
        commands: &[(&str, &str)],
    ) -> Result<(), TelegramFailed> {
        let names = commands.iter().map(|(name, _)| (*name).to_owned());
        self.act(|state| state.commands = names.collect())
    }

    async fn send(
        &self,
        _token: &BotToken,
        chat: ChatId,
        text: &str,
    ) -> Result<(), TelegramFailed> {
        self.act(|state| state.sent.push((chat, text.to_owned())))
    }

    async fn answer_join_request(
        &self,
        _token: &BotToken,
        group: ChatId,
        person: ChatId,
        admit: bool,
    ) -> Result<(), TelegramFailed> {
        self.act(|state| state.judged.push((group, person, admit)))
    }
}
