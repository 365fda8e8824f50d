use crate::{Random, UnixSeconds, Zone};

/// The number that customers and gateways know an order by (`v2_order.trade_no`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TradeNo(String);

/// The text cannot be the number of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the number of an order")]
pub struct InvalidTradeNo;

impl TradeNo {
    /// The width of the column.
    pub const MAX_LENGTH: usize = 36;

    /// Draws the number of an order that is placed now: 25 digits, of which the first 14 are the
    /// date and the time in the panel's zone and the others are random.
    pub fn draw(now: UnixSeconds, zone: Zone, random: &dyn Random) -> Self {
        let placed = zone.wall_clock(now).format("%Y%m%d%H%M%S");
        Self(format!("{placed}{:011}", random.below(100_000_000_000)))
    }

    /// Accepts 1 to 36 ASCII letters, digits, `-` and `_`: imported orders have numbers of other
    /// shapes than ours.
    pub fn parse(text: &str) -> Result<Self, InvalidTradeNo> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTradeNo)
        }
    }

    /// Takes a number as a database holds it.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As much of it as its column takes: what a gateway says of an order that there is not may be any text.
    #[must_use]
    pub fn fitting(&self) -> Self {
        let storable = self.0.chars().filter(|character| *character != '\0');
        Self(storable.take(Self::MAX_LENGTH).collect())
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TradeNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn a_drawn_number_begins_with_the_time_in_the_panels_zone() {
        let number = TradeNo::draw(UnixSeconds::new(1_735_660_800), Zone::default(), &Sevens);
        assert_eq!(number.as_str().len(), 25);
        assert!(number.as_str().starts_with("20250101000000"));
        assert_eq!(TradeNo::parse(number.as_str()), Ok(number));
    }

    #[test]
    fn texts_that_are_no_numbers_are_refused() {
        for text in ["", "a b", "1'", "１", &"1".repeat(37)] {
            assert_eq!(TradeNo::parse(text), Err(InvalidTradeNo), "{text:?}");
        }
    }
}
