//! Where Telegram finds the bot.

use crate::BotToken;

/// The path at which the panel is called.
const PATH: &str = "/api/v1/guest/telegram/webhook";

/// The address that Telegram is to call. Its `Debug` form hides it: the address holds the key.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    base: String,
    url: String,
    secret: String,
}

impl Webhook {
    /// The webhook of a bot at this address of the panel, or at the webhook's own.
    pub fn new(address: &str, token: &BotToken) -> Self {
        let base = address.trim().trim_end_matches('/');
        let path = if base.contains(PATH) { "" } else { PATH };
        let mark = if base.contains('?') { '&' } else { '?' };
        Self {
            url: format!("{base}{path}{mark}access_token={}", token.webhook_key()),
            base: base.to_owned(),
            secret: token.webhook_secret(),
        }
    }

    /// The address without the path and the key that were added to it.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The whole address, which holds the key.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What Telegram sends in a header.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_where_it_lacks() {
        let token = BotToken::new("123:abc").unwrap();
        let key = token.webhook_key();
        let path = "https://p.test/api/v1/guest/telegram/webhook";
        for (address, base, url) in [
            (
                "https://p.test",
                "https://p.test",
                format!("{path}?access_token={key}"),
            ),
            (
                "https://p.test//",
                "https://p.test",
                format!("{path}?access_token={key}"),
            ),
            (path, path, format!("{path}?access_token={key}")),
        ] {
            let webhook = Webhook::new(address, &token);
            assert_eq!((webhook.base(), webhook.url()), (base, url.as_str()));
            assert!(token.admits_secret(webhook.secret()));
            assert!(!token.admits_secret(&key));
            assert!(!format!("{webhook:?}").contains(&key));
        }
        let with_query = Webhook::new(&format!("{path}?x=1"), &token);
        assert!(
            with_query
                .url()
                .ends_with(&format!("?x=1&access_token={key}"))
        );
    }
}
