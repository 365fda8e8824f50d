//! Money that bought nothing, and disputes: what an administrator must look at, and the one function that
//! says how a review moves.

use ferroboard_kernel::{
    Cents, MoneyOverflow, NoticeId, OrderId, PaymentId, ReviewId, TradeNo, UnixSeconds, UserId,
};

use crate::{BillingError, Order};

/// Why money that a gateway vouches for bought nothing, or what else there is to look at.
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
    /// The payer disputes a payment that was received: there is no money to give to anybody.
    Dispute,
}

/// Where a review stands (`ferro_payment_review.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReviewStatus {
    /// Nobody has decided yet.
    Open,
    /// The money went to a balance.
    Credited,
    /// The money paid an order.
    Opened,
    /// The money went back by another way.
    RefundedOutside,
    /// There is nothing to do.
    Dismissed,
}

/// What happens to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReviewEvent {
    /// A balance is credited.
    Credit,
    /// An order is paid.
    Open,
    /// The money went back outside the panel.
    RefundOutside,
    /// Nothing is done.
    Dismiss,
}

impl ReviewReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::UnknownOrder,
        Self::OtherMethod,
        Self::AmountTooSmall,
        Self::OtherCurrency,
        Self::PaidTwice,
        Self::NumberReused,
        Self::NotCreditable,
        Self::Dispute,
    ];

    /// The word in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown_order",
            Self::OtherMethod => "other_method",
            Self::AmountTooSmall => "amount_too_small",
            Self::OtherCurrency => "other_currency",
            Self::PaidTwice => "paid_twice",
            Self::NumberReused => "number_reused",
            Self::NotCreditable => "not_creditable",
            Self::Dispute => "dispute",
        }
    }

    /// Whether the gateway is told that all is well: the notice is kept, and sending it again would not
    /// help.
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::PaidTwice | Self::NotCreditable | Self::Dispute)
    }

    /// Whether the same payment, reported again, may be what its order asks for by then: the customer chose
    /// another method, or the rest was paid.
    pub const fn may_pass(self) -> bool {
        match self {
            Self::OtherMethod | Self::AmountTooSmall | Self::OtherCurrency => true,
            Self::UnknownOrder
            | Self::PaidTwice
            | Self::NumberReused
            | Self::NotCreditable
            | Self::Dispute => false,
        }
    }

    /// Whether a review of this reason can end so: by a dispute no money came.
    pub const fn allows(self, event: ReviewEvent) -> bool {
        match event {
            ReviewEvent::Credit | ReviewEvent::Open => !matches!(self, Self::Dispute),
            ReviewEvent::RefundOutside | ReviewEvent::Dismiss => true,
        }
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl ReviewStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Credited,
        Self::Opened,
        Self::RefundedOutside,
        Self::Dismissed,
    ];

    /// Where a review stands after the event; `None` where it was settled before. Nothing else decides
    /// about a status.
    pub const fn after(self, event: ReviewEvent) -> Option<Self> {
        match (self, event) {
            (Self::Open, ReviewEvent::Credit) => Some(Self::Credited),
            (Self::Open, ReviewEvent::Open) => Some(Self::Opened),
            (Self::Open, ReviewEvent::RefundOutside) => Some(Self::RefundedOutside),
            (Self::Open, ReviewEvent::Dismiss) => Some(Self::Dismissed),
            (Self::Credited | Self::Opened | Self::RefundedOutside | Self::Dismissed, _) => None,
        }
    }

    /// The word in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Credited => "credited",
            Self::Opened => "opened",
            Self::RefundedOutside => "refunded_outside",
            Self::Dismissed => "dismissed",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What an administrator must look at (`ferro_payment_review`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReview {
    /// The method it came through.
    pub payment: PaymentId,
    /// The gateway's number of the payment, or of the dispute.
    pub callback_no: String,
    /// The number of the order as the gateway says it.
    pub trade_no: TradeNo,
    /// The order, when there is one.
    pub order: Option<OrderId>,
    /// Who bought it.
    pub user: Option<UserId>,
    /// How much the gateway says was paid, or is disputed.
    pub amount: Option<Cents>,
    /// Code of the currency of `amount`; `None` for the site's.
    pub currency: Option<String>,
    /// Why it bought nothing.
    pub reason: ReviewReason,
    /// How a dispute stands, in the gateway's word.
    pub standing: Option<String>,
    /// The kept notice; `None` for a payment that the panel asked the gateway about.
    pub notice: Option<NoticeId>,
    /// When it arrived.
    pub received_at: UnixSeconds,
}

/// A review, as far as something is decided by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The row.
    pub id: ReviewId,
    /// What it is about.
    pub about: PaymentReview,
    /// Where it stands.
    pub status: ReviewStatus,
    /// The order that its money paid, once it was settled so.
    pub paid: Option<TradeNo>,
    /// Whose balance its money went to, once it was settled so.
    pub credited: Option<UserId>,
}

/// How a review ended, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Where it stands then.
    pub status: ReviewStatus,
    /// Whose balance was credited, and with how much.
    pub credited: Option<(UserId, Cents)>,
    /// The order that was paid.
    pub trade_no: Option<TradeNo>,
    /// Why, in the administrator's words.
    pub note: Option<String>,
    /// Who decided; `None` where a later notice did.
    pub by: Option<UserId>,
    /// When.
    pub at: UnixSeconds,
}

impl Review {
    /// What the ledger calls it.
    pub fn reference(&self) -> String {
        format!("review:{}", self.id)
    }

    /// Where it stands after the event.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReviewOfDispute`] for money that a dispute does not bring;
    /// [`BillingError::ReviewSettled`] where it was settled before.
    pub fn after(&self, event: ReviewEvent) -> Result<ReviewStatus, BillingError> {
        if !self.about.reason.allows(event) {
            return Err(BillingError::ReviewOfDispute);
        }
        self.status.after(event).ok_or(BillingError::ReviewSettled)
    }
}

impl PaymentReview {
    /// How much was paid in this currency; `None` where nobody says so.
    fn paid_in(&self, currency: &str) -> Option<Cents> {
        let is_own = self
            .currency
            .as_ref()
            .is_none_or(|code| code.eq_ignore_ascii_case(currency));
        self.amount.filter(|_| is_own)
    }

    /// How much is credited: what was paid, or the part of it that is asked for. Of what was paid in another
    /// currency, or without saying how much, the administrator must say what it is worth.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReviewAmountMissing`], [`BillingError::ReviewExceedsPaid`].
    pub fn credit(&self, asked: Option<Cents>, currency: &str) -> Result<Cents, BillingError> {
        let credit = match (asked, self.paid_in(currency)) {
            (None, None) => return Err(BillingError::ReviewAmountMissing),
            (None, Some(paid)) => paid,
            (Some(asked), Some(paid)) if asked > paid => {
                return Err(BillingError::ReviewExceedsPaid { paid });
            }
            (Some(asked), _) => asked,
        };
        if credit > Cents::ZERO {
            Ok(credit)
        } else {
            Err(BillingError::ReviewAmountMissing)
        }
    }

    /// Whether it is exactly what the order asks for, fee included.
    ///
    /// # Errors
    ///
    /// [`MoneyOverflow`].
    pub fn fits(&self, order: &Order, currency: &str) -> Result<bool, MoneyOverflow> {
        let handling = order.handling.unwrap_or_default();
        let asked = order.total.checked_add(handling)?;
        Ok(self.paid_in(currency) == Some(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(amount: Option<i64>, currency: Option<&str>) -> PaymentReview {
        PaymentReview {
            payment: PaymentId::new(1),
            callback_no: "n1".to_owned(),
            trade_no: TradeNo::stored("T1".to_owned()),
            order: None,
            user: None,
            amount: amount.map(Cents::new),
            currency: currency.map(str::to_owned),
            reason: ReviewReason::UnknownOrder,
            standing: None,
            notice: None,
            received_at: UnixSeconds::new(1),
        }
    }

    #[test]
    fn words_round_trip_and_fit_their_columns() {
        for reason in ReviewReason::ALL {
            assert_eq!(ReviewReason::parse(reason.as_str()), Some(reason));
            assert!(reason.as_str().len() <= 32);
        }
        for status in ReviewStatus::ALL {
            assert_eq!(ReviewStatus::parse(status.as_str()), Some(status));
            assert!(status.as_str().len() <= 16);
        }
        assert_eq!(ReviewReason::parse("boredom"), None);
        assert_eq!(ReviewStatus::parse("lost"), None);
    }

    #[test]
    fn a_review_is_settled_once() {
        let ends = [
            (ReviewEvent::Credit, ReviewStatus::Credited),
            (ReviewEvent::Open, ReviewStatus::Opened),
            (ReviewEvent::RefundOutside, ReviewStatus::RefundedOutside),
            (ReviewEvent::Dismiss, ReviewStatus::Dismissed),
        ];
        for (event, end) in ends {
            assert_eq!(ReviewStatus::Open.after(event), Some(end));
            for (again, _) in ends {
                assert_eq!(end.after(again), None, "{end:?} {again:?}");
            }
        }
    }

    #[test]
    fn a_dispute_brings_no_money() {
        let dispute = Review {
            id: ReviewId::new(1),
            about: PaymentReview {
                reason: ReviewReason::Dispute,
                ..review(Some(100), None)
            },
            status: ReviewStatus::Open,
            paid: None,
            credited: None,
        };
        for event in [ReviewEvent::Credit, ReviewEvent::Open] {
            assert_eq!(dispute.after(event), Err(BillingError::ReviewOfDispute));
        }
        for (event, end) in [
            (ReviewEvent::RefundOutside, ReviewStatus::RefundedOutside),
            (ReviewEvent::Dismiss, ReviewStatus::Dismissed),
        ] {
            assert_eq!(dispute.after(event), Ok(end));
        }
    }

    #[test]
    fn no_more_is_credited_than_was_paid() {
        let missing = || Err(BillingError::ReviewAmountMissing);
        for (amount, currency, asked, expected) in [
            (Some(900), None, None, Ok(900)),
            (Some(900), Some("cny"), None, Ok(900)),
            (Some(900), None, Some(900), Ok(900)),
            (Some(900), None, Some(1), Ok(1)),
            (
                Some(900),
                None,
                Some(901),
                Err(BillingError::ReviewExceedsPaid {
                    paid: Cents::new(900),
                }),
            ),
            (Some(900), Some("USD"), None, missing()),
            (Some(900), Some("USD"), Some(6_500), Ok(6_500)),
            (None, None, None, missing()),
            (None, None, Some(5), Ok(5)),
            (Some(0), None, None, missing()),
            (Some(900), None, Some(0), missing()),
            (Some(900), None, Some(-1), missing()),
        ] {
            let credit = review(amount, currency).credit(asked.map(Cents::new), "CNY");
            assert_eq!(credit, expected.map(Cents::new), "{amount:?} {asked:?}");
        }
    }

    #[test]
    fn an_order_is_opened_by_exactly_what_it_asks_for() {
        let order = Order {
            total: Cents::new(960),
            handling: Some(Cents::new(30)),
            ..crate::testing::a_completed_order(
                1,
                UserId::new(7),
                crate::Period::Monthly,
                960,
                UnixSeconds::new(1),
            )
        };
        for (amount, currency, expected) in [
            (Some(990), None, true),
            (Some(990), Some("cny"), true),
            (Some(990), Some("USD"), false),
            (Some(989), None, false),
            (Some(991), None, false),
            (None, None, false),
        ] {
            let fits = review(amount, currency).fits(&order, "CNY");
            assert_eq!(fits, Ok(expected), "{amount:?} {currency:?}");
        }
    }
}
