//! What users write.

/// Why a text is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextRefused {
    /// It is longer than its column.
    #[error("the text is too long")]
    TooLong,
    /// It holds a character that not every database stores, or that is out of place in one line.
    #[error("the text holds a character that cannot be used")]
    Unusable,
}

/// What a ticket is about: at most 255 characters, no NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(String);

/// A message: at most 20,000 characters and 65,535 bytes, no NUL. Anything else, markup among it,
/// stays as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(String);

/// Where commission is to be paid to: one line of at most 255 characters. A second line could pass for
/// one of the panel's own in the message to staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutAccount(String);

impl Subject {
    /// The most characters.
    pub const MAX_CHARACTERS: usize = 255;

    /// Accepts a text that can be stored.
    pub fn parse(text: &str) -> Result<Self, TextRefused> {
        refuse_longer(text, Self::MAX_CHARACTERS)?;
        refuse_nul(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MessageText {
    /// The most characters.
    pub const MAX_CHARACTERS: usize = 20_000;
    /// The most bytes: what the `TEXT` column of MySQL holds.
    pub const MAX_BYTES: usize = 65_535;

    /// Accepts a text that can be stored.
    pub fn parse(text: &str) -> Result<Self, TextRefused> {
        if text.len() > Self::MAX_BYTES {
            return Err(TextRefused::TooLong);
        }
        refuse_longer(text, Self::MAX_CHARACTERS)?;
        refuse_nul(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as far as a mail shows it.
    pub fn excerpt(&self, characters: usize) -> String {
        match self.0.char_indices().nth(characters) {
            Some((end, _)) => format!("{}…", self.0.get(..end).unwrap_or_default()),
            None => self.0.clone(),
        }
    }
}

impl PayoutAccount {
    /// The most characters.
    pub const MAX_CHARACTERS: usize = 255;

    /// Accepts one line of at most [`MAX_CHARACTERS`](Self::MAX_CHARACTERS).
    pub fn parse(text: &str) -> Result<Self, TextRefused> {
        refuse_longer(text, Self::MAX_CHARACTERS)?;
        let breaks = |character: char| {
            character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
        };
        if text.contains(breaks) {
            return Err(TextRefused::Unusable);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn refuse_longer(text: &str, characters: usize) -> Result<(), TextRefused> {
    match text.chars().nth(characters) {
        Some(_) => Err(TextRefused::TooLong),
        None => Ok(()),
    }
}

fn refuse_nul(text: &str) -> Result<(), TextRefused> {
    // PostgreSQL has no NUL in texts.
    if text.contains('\0') {
        return Err(TextRefused::Unusable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_counted_in_characters_and_for_messages_in_bytes_too() {
        assert!(Subject::parse(&"界".repeat(255)).is_ok());
        assert_eq!(Subject::parse(&"界".repeat(256)), Err(TextRefused::TooLong));
        assert!(MessageText::parse(&"界".repeat(20_000)).is_ok());
        for (letter, count) in [("x", 20_001), ("界", 20_001), ("🦀", 16_384)] {
            let refused = MessageText::parse(&letter.repeat(count));
            assert_eq!(refused, Err(TextRefused::TooLong), "{letter}");
        }
        assert!(MessageText::parse(&"🦀".repeat(16_383)).is_ok());
        assert!(PayoutAccount::parse(&"x".repeat(255)).is_ok());
        assert_eq!(
            PayoutAccount::parse(&"x".repeat(256)),
            Err(TextRefused::TooLong)
        );
    }

    #[test]
    fn nul_is_refused_and_markup_is_kept() {
        let odd = "<script>\u{202e}שלום🦀\r\n\t\u{7f}";
        assert_eq!(MessageText::parse(odd).unwrap().as_str(), odd);
        assert_eq!(Subject::parse(odd).unwrap().as_str(), odd);
        assert_eq!(MessageText::parse("a\0"), Err(TextRefused::Unusable));
        assert_eq!(Subject::parse("\0"), Err(TextRefused::Unusable));
    }

    #[test]
    fn an_account_is_one_line() {
        for text in ["a\r\nb", "a\nb", "a\u{2028}b", "a\u{85}b", "a\0b", "a\tb"] {
            assert_eq!(PayoutAccount::parse(text), Err(TextRefused::Unusable));
        }
        assert!(PayoutAccount::parse("T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb").is_ok());
        assert!(PayoutAccount::parse("王小明 ‏<b>").is_ok());
    }

    #[test]
    fn an_excerpt_ends_between_characters() {
        let text = MessageText::parse("äöü").unwrap();
        assert_eq!(text.excerpt(2), "äö…");
        assert_eq!(text.excerpt(3), "äöü");
        assert_eq!(text.excerpt(0), "…");
    }

    proptest! {
        #[test]
        fn what_is_accepted_fits_and_is_unchanged(text in "\\PC{0,300}") {
            if let Ok(subject) = Subject::parse(&text) {
                prop_assert_eq!(subject.as_str(), text.as_str());
                prop_assert!(text.chars().count() <= Subject::MAX_CHARACTERS);
            } else {
                prop_assert!(text.chars().count() > Subject::MAX_CHARACTERS);
            }
            if let Ok(account) = PayoutAccount::parse(&text) {
                prop_assert_eq!(account.as_str().lines().count().max(1), 1);
            }
        }
    }
}
