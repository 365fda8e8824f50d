use ferroboard_kernel::UserId;

/// A chat with the bot; a private one has the number of the person in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatId(i64);

impl ChatId {
    /// The chat with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The chat's number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for ChatId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// This domain's column of `v2_user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatOwner {
    /// The account.
    pub user: UserId,
    /// Its chat.
    pub chat: Option<ChatId>,
}

/// The longest text that is looked up as a token.
const LONGEST_TOKEN: usize = 64;

/// The token in a subscription address: its parameter `token`, or the last part of its path. A bare
/// token is such a part too.
pub fn token_of(address: &str) -> Option<String> {
    let address = address.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
    let token = match named {
        Some((_, token)) => token.into_owned(),
        None => {
            let path = match path.split_once("://") {
                Some((_, rest)) => rest.split_once('/')?.1,
                None => path,
            };
            path.trim_matches('/').rsplit('/').next()?.to_owned()
        }
    };
    let fits = !token.is_empty() && token.len() <= LONGEST_TOKEN;
    fits.then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_every_form_of_address() {
        let long = format!("https://a.test/s/{}", "x".repeat(65));
        for (address, expected) in [
            ("https://a.test/s/abc", Some("abc")),
            ("https://a.test/s/abc/?flag=clash", Some("abc")),
            (
                "https://a.test/api/v1/client/subscribe?x=1&token=a%62c#top",
                Some("abc"),
            ),
            ("https://a.test/?token=abc", Some("abc")),
            ("https://a.test?token=abc", Some("abc")),
            ("abc", Some("abc")),
            ("/s/abc", Some("abc")),
            ("a.test/s/abc", Some("abc")),
            ("https://a.test", None),
            ("https://a.test/", None),
            ("https://a.test/s/abc?token=", None),
            ("", None),
            ("/", None),
            (long.as_str(), None),
        ] {
            assert_eq!(token_of(address).as_deref(), expected, "{address}");
        }
    }
}
