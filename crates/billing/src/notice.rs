//! What a gateway reports, before and after it was judged.

use ferroboard_kernel::{Cents, NoticeId, OrderId, PaymentId, TradeNo, UnixSeconds};

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

/// Why money that a gateway vouches for bought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReviewReason {
    /// No order has the number.
    UnknownOrder,
    /// The order was sent to another payment method.
    OtherMethod,
    /// Less was paid than asked for.
    AmountTooSmall,
    /// Another currency was paid than asked for.
    OtherCurrency,
    /// The order was paid before, by another payment.
    PaidTwice,
    /// The gateway's number belongs to the payment of another order.
    NumberReused,
    /// The order was cancelled, and the balance cannot take the money.
    NotCreditable,
}

impl ReviewReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::UnknownOrder,
        Self::OtherMethod,
        Self::AmountTooSmall,
        Self::OtherCurrency,
        Self::PaidTwice,
        Self::NumberReused,
        Self::NotCreditable,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown_order",
            Self::OtherMethod => "other_method",
            Self::AmountTooSmall => "amount_too_small",
            Self::OtherCurrency => "other_currency",
            Self::PaidTwice => "paid_twice",
            Self::NumberReused => "number_reused",
            Self::NotCreditable => "not_creditable",
        }
    }

    /// Whether the gateway is told that all is well: the money is there, and sending the notice
    /// again would not help.
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::PaidTwice | Self::NotCreditable)
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// Money that an administrator must look at (`ferro_payment_review`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReview {
    /// The method it came through.
    pub payment: PaymentId,
    /// The gateway's number of the payment.
    pub callback_no: String,
    /// The number of the order as the gateway says it.
    pub trade_no: TradeNo,
    /// The order, when there is one.
    pub order: Option<OrderId>,
    /// How much the gateway says was paid.
    pub amount: Option<Cents>,
    /// Why it bought nothing.
    pub reason: ReviewReason,
    /// The kept notice; `None` for a payment that the panel asked the gateway about.
    pub notice: Option<NoticeId>,
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

    #[test]
    fn reasons_round_trip() {
        for reason in ReviewReason::ALL {
            assert_eq!(ReviewReason::parse(reason.as_str()), Some(reason));
        }
    }
}
