use ferroboard_kernel::{GiftTemplateId, Random, UnixSeconds};

/// What the codes of a batch begin with: up to ten ASCII digits and capital letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePrefix(String);

impl CodePrefix {
    /// The prefix; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let fits = text.len() <= 10 && text.bytes().all(is_plain);
        fits.then(|| Self(text.to_owned()))
    }
}

impl Default for CodePrefix {
    fn default() -> Self {
        Self("GC".to_owned())
    }
}

/// A code that was drawn here: ASCII digits and capital letters, 100 random bits of them, at most 30
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DrawnCode(String);

/// Digits and letters that nobody takes for each other (Crockford's 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters are drawn, five bits each.
const LENGTH: usize = 20;

impl DrawnCode {
    /// Draws one: the prefix and 100 random bits, in characters that nobody takes for others.
    pub fn draw(prefix: &CodePrefix, random: &dyn Random) -> Self {
        let bytes: [u8; LENGTH] = random.bytes();
        let letters = bytes.iter().filter_map(|byte| {
            let place = usize::from(byte % 32);
            ALPHABET.get(place).copied().map(char::from)
        });
        Self(prefix.0.chars().chain(letters).collect())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A batch of cards to be made, all alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGiftCards {
    /// What kind of cards.
    pub template: GiftTemplateId,
    /// Their codes.
    pub codes: Vec<DrawnCode>,
    /// What the batch is called; drawn as well.
    pub batch: DrawnCode,
    /// How often each may be redeemed.
    pub max_usage: i64,
    /// Until when; `None` is for ever.
    pub expires_at: Option<UnixSeconds>,
    /// When they are made.
    pub at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ferroboard_testing::SeededRandom;

    use super::*;
    use crate::GiftCode;

    #[test]
    fn prefixes_are_short_and_plain() {
        for prefix in ["", "GC", "ABCDEFGH12"] {
            assert!(CodePrefix::parse(prefix).is_some(), "{prefix}");
        }
        for other in ["gc", "G C", "ABCDEFGH123", "礼", "A'"] {
            assert_eq!(CodePrefix::parse(other), None, "{other}");
        }
    }

    #[test]
    fn codes_differ_fit_and_use_every_letter() {
        let random = SeededRandom::new(1);
        let longest = CodePrefix::parse("ABCDEFGH12").unwrap();
        let codes: HashSet<DrawnCode> = (0..10_000)
            .map(|_| DrawnCode::draw(&longest, &random))
            .collect();
        assert_eq!(codes.len(), 10_000);
        for code in &codes {
            let (prefix, drawn) = code.as_str().split_at(10);
            assert_eq!((prefix, drawn.len()), ("ABCDEFGH12", 20));
            assert!(GiftCode::parse(code.as_str()).is_some());
        }
        let used: HashSet<char> = codes
            .iter()
            .flat_map(|code| code.0.chars().skip(10))
            .collect();
        assert_eq!(used.len(), 32, "5 bits a letter, 100 in all");
        let plain = DrawnCode::draw(&CodePrefix::default(), &random);
        assert!(plain.as_str().starts_with("GC"));
    }
}
