//! What the bot is called.

use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_telegram::BotToken;

/// How long the bot's name is remembered, and how long that Telegram did not tell it.
pub(crate) const NAME_KEPT: Seconds = Seconds::minutes(10);
pub(crate) const FAILURE_KEPT: Seconds = Seconds::new(10);

/// What Telegram last said about the bot's name.
pub(crate) struct KnownName {
    pub(crate) token: BotToken,
    pub(crate) name: Option<String>,
    pub(crate) asked_at: UnixSeconds,
}

impl KnownName {
    pub(crate) fn is_fresh(&self, now: UnixSeconds) -> bool {
        let kept = if self.name.is_some() {
            NAME_KEPT
        } else {
            FAILURE_KEPT
        };
        let age = now.elapsed_since(self.asked_at);
        age.is_some_and(|age| age < kept)
    }
}
