use ferroboard_kernel::{GiftCardId, GiftTemplateId, UnixSeconds};

use crate::GiftCardError;

/// The code of a card as somebody enters it, without surrounding blanks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GiftCode(String);

impl GiftCode {
    /// The shortest code, in characters.
    pub const SHORTEST: usize = 8;
    /// The longest code: what the column holds.
    pub const LONGEST: usize = 32;

    /// The code; `None` for a text that no code can be.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&text.chars().count());
        fits.then(|| Self(text.to_owned()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A stored code as lists show it: the first eight characters, and never the last four.
    pub fn masked(stored: &str) -> String {
        let shown = stored.chars().count().saturating_sub(4).min(8);
        stored.chars().take(shown).chain("****".chars()).collect()
    }
}

/// Where a card stands (`v2_gift_card_code.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardStatus {
    /// 0: nobody has redeemed it.
    Unused,
    /// 1: somebody has; it may have uses left.
    Used,
    /// 2: its time is over.
    Expired,
    /// 3: an administrator switched it off.
    Disabled,
}

impl CardStatus {
    /// The status with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Unused),
            1 => Some(Self::Used),
            2 => Some(Self::Expired),
            3 => Some(Self::Disabled),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Unused => 0,
            Self::Used => 1,
            Self::Expired => 2,
            Self::Disabled => 3,
        }
    }
}

/// A row of `v2_gift_card_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCard {
    /// The row.
    pub id: GiftCardId,
    /// What kind of card it is.
    pub template: GiftTemplateId,
    /// The code as stored.
    pub code: String,
    /// The status as stored.
    pub status: CardStatus,
    /// Until when it may be redeemed; `None` is for ever.
    pub expires_at: Option<UnixSeconds>,
    /// How often it was redeemed.
    pub usage_count: i64,
    /// How often it may be redeemed.
    pub max_usage: i64,
}

impl GiftCard {
    /// Whether it can be redeemed at all; otherwise why not, whatever its stored status says.
    pub fn check(&self, now: UnixSeconds) -> Result<(), GiftCardError> {
        let refused = match self.status {
            CardStatus::Disabled | CardStatus::Expired => self.status,
            _ if self.usage_count >= self.max_usage => CardStatus::Used,
            _ if self.expires_at.is_some_and(|end| end < now) => CardStatus::Expired,
            _ => return Ok(()),
        };
        Err(GiftCardError::NotAvailable(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_card;

    #[test]
    fn the_effective_status_is_told() {
        use CardStatus::{Disabled, Expired, Unused, Used};
        for (status, expires_at, usage_count, max_usage, refused) in [
            (Unused, None, 0, 1, None),
            (Unused, Some(100), 0, 1, None),
            (Unused, Some(99), 0, 1, Some(Expired)),
            (Used, None, 1, 1, Some(Used)),
            (Used, None, 1, 3, None),
            (Used, Some(99), 1, 3, Some(Expired)),
            (Used, Some(99), 3, 3, Some(Used)),
            (Unused, None, 1, 1, Some(Used)),
            (Unused, None, 0, 0, Some(Used)),
            (Expired, None, 0, 1, Some(Expired)),
            (Disabled, Some(99), 3, 3, Some(Disabled)),
        ] {
            let card = GiftCard {
                status,
                expires_at: expires_at.map(UnixSeconds::new),
                usage_count,
                max_usage,
                ..a_card(1, 1, "GC00000001")
            };
            let expected = refused.map_or(Ok(()), |why| Err(GiftCardError::NotAvailable(why)));
            assert_eq!(card.check(UnixSeconds::new(100)), expected, "{card:?}");
        }
    }

    #[test]
    fn codes_have_a_length_and_show_a_part() {
        assert_eq!(GiftCode::parse(" GC123456 ").unwrap().as_str(), "GC123456");
        for refused in ["", "GC12345", "       GC1", &"G".repeat(33)] {
            assert_eq!(GiftCode::parse(refused), None, "{refused}");
        }
        assert!(GiftCode::parse(&"礼".repeat(32)).is_some());
        for (stored, shown) in [
            ("GCUSED000001", "GCUSED00****"),
            ("GC12AB34", "GC12****"),
            ("GC123456789012345678", "GC123456****"),
            ("abc", "****"),
            ("礼品卡礼品卡礼品卡", "礼品卡礼品****"),
        ] {
            assert_eq!(GiftCode::masked(stored), shown);
        }
    }

    #[test]
    fn statuses_round_trip() {
        for code in 0..4 {
            assert_eq!(CardStatus::from_code(code).unwrap().code(), code);
        }
        assert_eq!(CardStatus::from_code(4), None);
    }
}
