use ferroboard_kernel::{GiftTemplateId, Random, UnixSeconds, lower_hex};

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

/// A code that was drawn here: the prefix and twelve capital hexadecimal digits, at most 22 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DrawnCode(String);

impl DrawnCode {
    /// Draws one: 48 random bits behind the prefix. A guess at a million of them hits once in 280 million
    /// times, and nobody has more than a few a minute.
    pub fn draw(prefix: &CodePrefix, random: &dyn Random) -> Self {
        let bytes: [u8; 6] = random.bytes();
        Self(format!("{}{}", prefix.0, lower_hex(bytes).to_uppercase()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a batch is called: `batch_` and thirteen hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BatchName(String);

impl BatchName {
    /// Draws one.
    pub fn draw(random: &dyn Random) -> Self {
        let bytes: [u8; 7] = random.bytes();
        let digits = lower_hex(bytes);
        let digits = digits.chars().take(13);
        Self("batch_".chars().chain(digits).collect())
    }

    /// The name.
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
    pub batch: BatchName,
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
            assert_eq!((prefix, drawn.len()), ("ABCDEFGH12", 12));
            assert!(GiftCode::parse(code.as_str()).is_some());
            assert!(CodePrefix::parse(&drawn[..10]).is_some(), "{drawn}");
        }
        let used: HashSet<char> = codes
            .iter()
            .flat_map(|code| code.0.chars().skip(10))
            .collect();
        assert_eq!(used.len(), 16, "4 bits a letter, 48 in all");
        let plain = DrawnCode::draw(&CodePrefix::default(), &random);
        assert!(plain.as_str().starts_with("GC"));
        let shortest = DrawnCode::draw(&CodePrefix::parse("").unwrap(), &random);
        assert!(GiftCode::parse(shortest.as_str()).is_some());
        let batch = BatchName::draw(&random);
        let digits = batch.as_str().strip_prefix("batch_").unwrap();
        assert_eq!(digits.len(), 13);
        assert_ne!(batch, BatchName::draw(&random));
    }
}
