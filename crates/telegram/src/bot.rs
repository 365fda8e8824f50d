use ferroboard_kernel::{constant_time_eq, lower_hex};
use md5::{Digest as _, Md5};
use sha2::Sha256;

/// The bot's secret. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct BotToken(String);

impl BotToken {
    /// A token as an administrator entered it; `None` for nothing.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What Telegram presents to the webhook: the token's MD5 in lower-case hexadecimal digits.
    pub fn webhook_key(&self) -> String {
        lower_hex(Md5::digest(self.0.as_bytes()))
    }

    /// What Telegram sends in a header to a webhook that was set by this program: unlike the key it stands in
    /// no address that is logged.
    pub fn webhook_secret(&self) -> String {
        let text = format!("webhook secret of {}", self.0);
        lower_hex(Sha256::digest(text.as_bytes()))
    }

    /// Whether this is the webhook's secret, in a time that does not tell how much of it is right.
    pub fn admits_secret(&self, secret: &str) -> bool {
        constant_time_eq(&self.webhook_secret(), secret)
    }

    /// Whether this is the webhook's key, in a time that does not tell how much of it is right.
    pub fn admits(&self, key: &str) -> bool {
        constant_time_eq(&self.webhook_key(), key)
    }
}

impl std::fmt::Debug for BotToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BotToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_webhook_is_opened_by_the_md5_of_the_token() {
        let token = BotToken::new(" 123:abc ").unwrap();
        // What md5sum says of `123:abc`.
        assert_eq!(token.webhook_key(), "ebecf09cd7c661306f05c7c7fa017549");
        assert!(token.admits(&token.webhook_key()));
        for wrong in ["", "123:abc", &token.webhook_key().to_uppercase()] {
            assert!(!token.admits(wrong), "{wrong}");
        }
        assert!(!format!("{token:?}").contains("abc"));
        for nothing in ["", "  "] {
            assert_eq!(BotToken::new(nothing), None);
        }
    }
}
