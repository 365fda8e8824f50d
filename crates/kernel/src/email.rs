use email_address::{EmailAddress, Options};

/// An e-mail address in the one form in which the panel stores, compares and counts it: trimmed,
/// ASCII letters in lower case, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

/// The text is no address that the panel accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// The width of the column that holds an address.
    pub const MAX_CHARACTERS: usize = 64;

    /// Accepts RFC 5322 addresses without quoted local parts, comments or address literals;
    /// domain names may be international.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_ascii_lowercase();
        let options = Options::default()
            .without_display_text()
            .without_domain_literal();
        let plain = !text.contains(['"', '(', ')', ' ']);
        let fits = text.chars().count() <= Self::MAX_CHARACTERS;
        if plain && fits && EmailAddress::parse_with_options(&text, options).is_ok() {
            Ok(Self(text))
        } else {
            Err(InvalidEmail)
        }
    }

    /// Takes an address as a database holds it, without judging its syntax: an imported account
    /// stays reachable even if its address would not be accepted today.
    pub fn stored(text: &str) -> Self {
        Self(text.trim().to_ascii_lowercase())
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first `@`.
    pub fn local_part(&self) -> &str {
        self.0
            .split_once('@')
            .map_or(self.0.as_str(), |(local, _)| local)
    }

    /// What stands after the first `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised() {
        assert_eq!(
            Email::parse("  Alice@Demo.TEST ").unwrap().as_str(),
            "alice@demo.test"
        );
        assert_eq!(
            Email::parse("n.e+w@gmail.com").unwrap().local_part(),
            "n.e+w"
        );
        assert_eq!(Email::parse("x@例子.test").unwrap().domain(), "例子.test");
    }

    #[test]
    fn anything_unusual_is_refused() {
        let long = format!("{}@demo.test", "a".repeat(60));
        for text in [
            "",
            "nope",
            "@demo.test",
            "a@",
            "a b@demo.test",
            "\"a b\"@demo.test",
            "a@[127.0.0.1]",
            "a..b@demo.test",
            ".a@demo.test",
            "a@demo..test",
            "Al <a@demo.test>",
            "a(b)@demo.test",
            "a@b@c.test",
            "a\0@demo.test",
            long.as_str(),
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }
}
