//! What a gateway reports, before and after it was judged.

pub(crate) mod review;

use ferroboard_kernel::{Cents, PaymentId, TradeNo, UnixSeconds};

use self::review::ReviewReason;

/// A request to a notification address, as it arrived.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RawNotice {
    /// `GET` or `POST`.
    pub method: String,
    /// The decoded query in its order.
    pub query: Vec<(String, String)>,
    /// The headers; their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte: signatures are made over it.
    pub body: Vec<u8>,
    /// The decoded members of the body alone: a form, JSON, or the parts of a multipart body.
    pub body_fields: Vec<(String, String)>,
    /// The decoded members of query and body, the body's last.
    pub fields: Vec<(String, String)>,
}

impl RawNotice {
    /// The first header with this name, which must be in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// How many bytes it takes to keep it, about.
    pub fn size(&self) -> usize {
        let pairs = self.query.iter().chain(&self.headers);
        let written = pairs.map(|(name, value)| written(name) + written(value) + 8);
        self.body.len() + written.sum::<usize>()
    }

    /// The last field with this name: of a name that is sent twice the last one counts.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut newest_first = self.fields.iter().rev();
        let found = newest_first.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How long a text is in JSON.
fn written(text: &str) -> usize {
    let signs = text.chars().map(|sign| match sign {
        '\0'..='\x1f' => 6,
        '"' | '\\' => 2,
        _ => sign.len_utf8(),
    });
    signs.sum()
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

impl std::fmt::Debug for RawNotice {
    /// Names without values: notices carry signatures and payers' data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("RawNotice")
            .field("method", &self.method)
            .field("query", &names(&self.query))
            .field("fields", &names(&self.fields))
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What a gateway made of a notice that it believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeVerdict {
    /// Money was paid.
    Paid(PaidNotice),
    /// The payer's bank took money back, or wants to; no money is booked by it.
    Disputed(DisputeNotice),
    /// True, but not the report of a finished payment: nothing changes.
    NotFinal {
        /// What the gateway expects as answer.
        reply: String,
    },
}

/// A payment that a gateway vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidNotice {
    /// The order it is for.
    pub trade_no: TradeNo,
    /// The gateway's number of the payment, 1 to 255 characters; the same for every report of it.
    pub callback_no: String,
    /// How much was paid, where the gateway says so. A gateway that charges in a currency other
    /// than the site's MUST convert back and compare itself, and leave `currency` out.
    pub amount: Option<Cents>,
    /// Code of the currency of `amount`, where the gateway says so.
    pub currency: Option<String>,
    /// What the gateway expects as answer.
    pub reply: String,
}

/// A dispute about a payment, as the gateway tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeNotice {
    /// The gateway's number of the dispute, 1 to 255 characters; the same for every report of it.
    pub dispute_no: String,
    /// The numbers under which the gateway may have reported the payment that it is about.
    pub payment_nos: Vec<String>,
    /// How much is disputed, in hundredths of its currency.
    pub amount: Option<Cents>,
    /// Code of the currency of `amount`, where the gateway says it.
    pub currency: Option<String>,
    /// How it stands, in the gateway's word.
    pub standing: Option<String>,
    /// Whether it has ended.
    pub is_closed: bool,
    /// What the gateway expects as answer.
    pub reply: String,
}

/// A notice to be kept before it is judged (`ferro_raw_notice`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// The method that its address names.
    pub payment: PaymentId,
    /// What arrived.
    pub raw: RawNotice,
    /// When it arrived.
    pub received_at: UnixSeconds,
}

/// What became of a kept notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeOutcome {
    /// It paid its order.
    Paid,
    /// It had been handled before, or its order was paid already.
    Repeated,
    /// It came after its order was cancelled; the money went to the balance.
    CreditedLate,
    /// It reports no finished payment.
    NotFinal,
    /// The gateway vouches for it, but the method or its plugin is switched off.
    SwitchedOff,
    /// The gateway does not believe it, for this reason.
    Refused(String),
    /// The gateway vouches for it, but it pays nothing; there is a review row.
    Reviewed(ReviewReason),
}

impl NoticeOutcome {
    /// The word in the database.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Repeated => "repeated",
            Self::CreditedLate => "credited_late",
            Self::NotFinal => "not_final",
            Self::SwitchedOff => "switched_off",
            Self::Refused(_) => "refused",
            Self::Reviewed(_) => "reviewed",
        }
    }
}

/// A payment as it is claimed, once for all (`ferro_payment_notice`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedNotice {
    /// The method it came through.
    pub payment: PaymentId,
    /// The gateway's number of the payment.
    pub callback_no: String,
    /// The order it is for.
    pub trade_no: TradeNo,
    /// How much the gateway says was paid.
    pub amount: Option<Cents>,
    /// When it arrived.
    pub received_at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_field_sent_twice_the_last_one_counts() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let notice = RawNotice {
            headers: vec![pair("hmac", "a")],
            fields: vec![pair("money", "1"), pair("money", "2")],
            ..RawNotice::default()
        };
        assert_eq!(notice.field("money"), Some("2"));
        assert_eq!(notice.header("hmac"), Some("a"));
        assert_eq!(notice.field("pid"), None);
        assert!(!format!("{notice:?}").contains("\"2\""));
    }

    #[test]
    fn the_size_is_that_of_what_is_kept() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let notice = RawNotice {
            query: vec![pair("a", "\0\u{1f}"), pair("b", "\"\\é")],
            headers: vec![pair("host", "x")],
            body: vec![0; 100],
            ..RawNotice::default()
        };
        let written = r#"["a","\u0000\u001f"],["b","\"\\é"],["host","x"],"#;
        assert_eq!(notice.size(), 100 + written.len());
    }
}
