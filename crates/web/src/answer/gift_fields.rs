//! The rules of the fields that are about gift cards, and how they become values.

use ferroboard_giftcard::GiftCode;
use ferroboard_kernel::GiftUsageId;
use ferroboard_listing::{Page, PageRule};
use validator::ValidationError;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::valid::refuse_when;

/// How long a page of redeemed cards is; other lengths are refused.
const PAGES: PageRule = PageRule::new(15, 1, 100);

/// The code of a card, whether or not there is such a card: a text, not a number.
pub(crate) fn code(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::GiftCodeRequired)?;
    let text = match field {
        Field::Text(text) => text.trim(),
        _ => return refuse_when(true, Message::GiftCodeInvalid),
    };
    let length = text.chars().count();
    refuse_when(length < GiftCode::SHORTEST, Message::GiftCodeTooShort)?;
    refuse_when(length > GiftCode::LONGEST, Message::GiftCodeTooLong)
}

/// The number of a page, which may be left out, but not be null.
pub(crate) fn page(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.page().is_none(), Message::PageInvalid)
}

/// How many rows a page has, which may be left out, but not be null.
pub(crate) fn page_size(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.page_size().is_none(), Message::PageSizeInvalid)
}

/// The page that fields name which obey these rules.
pub(crate) fn to_page(page: &Field, size: &Field) -> Result<Page, Fault> {
    let number = page.page().ok_or(Fault::refused(Message::PageInvalid))?;
    let rows = size.page_size();
    let rows = rows.ok_or(Fault::refused(Message::PageSizeInvalid))?;
    Ok(PAGES.page(Some(number), Some(rows)))
}

/// The number of a redemption, whether or not there is such a one.
pub(crate) fn usage(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::GiftUsageRequired)?;
    refuse_when(field.integer().is_none(), Message::GiftUsageInvalid)
}

impl Field {
    pub(crate) fn to_gift_code(&self) -> Result<GiftCode, Fault> {
        let code = self.text().and_then(GiftCode::parse);
        code.ok_or(Fault::refused(Message::GiftCardUnknown))
    }

    pub(crate) fn to_gift_usage(&self) -> Result<GiftUsageId, Fault> {
        let id = self.integer().map(GiftUsageId::new);
        id.ok_or(Fault::refused(Message::GiftUsageInvalid))
    }

    /// From 1, which is also what an absent one is.
    fn page(&self) -> Option<i64> {
        match self {
            Self::Absent => Some(1),
            given => given.integer().filter(|page| *page >= 1),
        }
    }

    /// 1 to 100; 15 where it is absent.
    fn page_size(&self) -> Option<i64> {
        match self {
            Self::Absent => Some(PAGES.usual),
            given => given.integer().filter(|size| PAGES.admits(*size)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn rules_answer_for_every_json_type() {
        type Rule = fn(&Field) -> Result<(), ValidationError>;
        let longest = "礼".repeat(32);
        let rows: [(Rule, Value, Option<&str>); 20] = [
            (code, json!("GC123456"), None),
            (code, json!(longest), None),
            (code, json!(null), Some("GiftCodeRequired")),
            (code, json!("GC12345"), Some("GiftCodeTooShort")),
            (code, json!(" GC12345 "), Some("GiftCodeTooShort")),
            (code, json!("G".repeat(33)), Some("GiftCodeTooLong")),
            (code, json!(12_345_678), Some("GiftCodeInvalid")),
            (code, json!(["GC123456"]), Some("GiftCodeInvalid")),
            (code, json!(true), Some("GiftCodeInvalid")),
            (page, json!(1), None),
            (page, json!("7"), None),
            (page, json!(0), Some("PageInvalid")),
            (page, json!(null), Some("PageInvalid")),
            (page_size, json!(100), None),
            (page_size, json!(101), Some("PageSizeInvalid")),
            (page_size, json!("x"), Some("PageSizeInvalid")),
            (usage, json!("3"), None),
            (usage, json!(null), Some("GiftUsageRequired")),
            (usage, json!("abc"), Some("GiftUsageInvalid")),
            (usage, json!([3]), Some("GiftUsageInvalid")),
        ];
        for (rule, value, expected) in rows {
            let refused = rule(&Field::from(value.clone())).err();
            let code = refused.map(|error| error.code.into_owned());
            assert_eq!(code.as_deref(), expected, "{value}");
        }
        assert_eq!(Field::Absent.page(), Some(1));
        assert_eq!(Field::Absent.page_size(), Some(15));
    }
}
