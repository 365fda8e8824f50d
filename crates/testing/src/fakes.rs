use std::sync::Arc;

use ferroboard_application::Ports;
use ferroboard_realname::testing::OpenCipher;
use ferroboard_site::testing::MemoryThemes;

use crate::{
    FastHasher, FixedCaptcha, FixedClock, FixedGateways, MemoryStore, PlainSigner, RecordingBot,
    RecordingMailer, RecordingWebhooks, SeededRandom,
};

/// One of each fake, kept by their own types so that a test can set and look at them.
#[derive(Debug, Clone)]
pub struct Fakes {
    /// The database.
    pub store: MemoryStore,
    /// The time.
    pub clock: Arc<FixedClock>,
    /// Chance.
    pub random: Arc<SeededRandom>,
    /// Where mail ends up.
    pub mailer: Arc<RecordingMailer>,
    /// The Telegram bot.
    pub bot: RecordingBot,
    /// The captcha service.
    pub captcha: FixedCaptcha,
    /// The payment gateways.
    pub gateways: FixedGateways,
    /// Where events end up.
    pub webhooks: RecordingWebhooks,
    /// The folder of the themes.
    pub themes: MemoryThemes,
}

impl Default for Fakes {
    /// The database's clock is the one that the use cases read.
    fn default() -> Self {
        let clock = Arc::<FixedClock>::default();
        Self {
            store: MemoryStore::with_clock(clock.clone()),
            clock,
            random: Arc::default(),
            mailer: Arc::default(),
            bot: RecordingBot::default(),
            captcha: FixedCaptcha::default(),
            gateways: FixedGateways::default(),
            webhooks: RecordingWebhooks::default(),
            themes: MemoryThemes::default(),
        }
    }
}

impl Fakes {
    /// The ports of an application over these fakes.
    pub fn ports(&self) -> Ports {
        Ports {
            store: Arc::new(self.store.clone()),
            clock: self.clock.clone(),
            random: self.random.clone(),
            hasher: Arc::new(FastHasher),
            signer: Arc::new(PlainSigner),
            identity_cipher: Arc::new(OpenCipher::default()),
            captcha: Arc::new(self.captcha.clone()),
            mailer: self.mailer.clone(),
            telegram: Arc::new(self.bot.clone()),
            gateways: Arc::new(self.gateways.clone()),
            webhooks: Arc::new(self.webhooks.clone()),
            themes: Arc::new(self.themes.clone()),
        }
    }
}
