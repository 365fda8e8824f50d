//! Refunds: what the buyer of an order gets back, and the one function that says how a refund moves.

mod limit;

use ferroboard_kernel::{
    Cents, LedgerEntry, LedgerKind, MoneyOverflow, OrderId, PaymentId, RefundId, TradeNo,
    UnixSeconds, UserId, Zone,
};

pub use self::limit::OrderRefunds;
use crate::{BillingError, Buyer, MANUAL_OPERATION, Order, Period};

/// Where the money of a refund goes (`ferro_refund.destination`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefundDestination {
    /// To the buyer's balance.
    Balance,
    /// Back the way it came, by the gateway's own refund.
    Gateway,
    /// By another way, which the administrator vouches for.
    Outside,
}

/// Where a refund stands (`ferro_refund.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefundStatus {
    /// Its amount is taken from what may be refunded of the order; the gateway has not answered yet.
    Requested,
    /// The money is with the buyer.
    Done,
    /// The gateway refused it; its amount may be refunded again.
    Refused,
}

/// What happens to a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefundEvent {
    /// The money went out.
    Pay,
    /// The gateway refused.
    Refuse,
}

impl RefundDestination {
    /// Every destination.
    pub const ALL: [Self; 3] = [Self::Balance, Self::Gateway, Self::Outside];

    /// The word in the database and in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Gateway => "gateway",
            Self::Outside => "outside",
        }
    }

    /// The destination with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|to| to.as_str() == word)
    }
}

impl RefundStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Requested, Self::Done, Self::Refused];

    /// Where a refund stands after the event; `None` where it cannot happen any more. Nothing else decides
    /// about a status.
    pub const fn after(self, event: RefundEvent) -> Option<Self> {
        match (self, event) {
            (Self::Requested, RefundEvent::Pay) => Some(Self::Done),
            (Self::Requested, RefundEvent::Refuse) => Some(Self::Refused),
            (Self::Done | Self::Refused, _) => None,
        }
    }

    /// The word in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The payment of an order, as the gateway that is to refund it knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayPayment {
    /// The method that the order was paid through.
    pub payment: PaymentId,
    /// The gateway's number of the payment.
    pub callback_no: String,
    /// What the gateway was asked for, the fee included.
    pub asked: Cents,
}

impl GatewayPayment {
    /// The payment of the order; `None` where it was not paid through a gateway.
    pub fn of(order: &Order) -> Result<Option<Self>, MoneyOverflow> {
        let number = order.callback_no.as_deref().unwrap_or_default();
        let is_ours = ["", MANUAL_OPERATION, order.trade_no.as_str()].contains(&number);
        let asked = order
            .total
            .checked_add(order.handling.unwrap_or_default())?;
        Ok(order.payment_id.filter(|_| !is_ours).map(|payment| Self {
            payment,
            callback_no: number.to_owned(),
            asked,
        }))
    }
}

/// A refund as a gateway is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayRefund {
    /// What is refunded with the same key twice is refunded once; at most 50 letters, digits and `-`.
    pub key: String,
    /// The order.
    pub trade_no: TradeNo,
    /// The payment.
    pub payment: GatewayPayment,
    /// How much of it; more than zero.
    pub amount: Cents,
    /// Code of the site's currency, in which the amounts are.
    pub currency: String,
    /// Why.
    pub reason: String,
}

/// A refund to be inserted, requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Names the refund to the gateway: whatever is asked with it twice has one effect.
    pub key: String,
    /// Of which order.
    pub order: OrderId,
    /// The order's number.
    pub trade_no: TradeNo,
    /// Who bought it.
    pub user: UserId,
    /// How much; more than zero.
    pub amount: Cents,
    /// Where to.
    pub to: RefundDestination,
    /// Why, in the administrator's words.
    pub reason: String,
    /// Whether what the order gave is taken back with it.
    pub takes_back: bool,
    /// Who asked for it.
    pub admin: UserId,
    /// The payment that the gateway is to refund; `None` where none is asked.
    pub through: Option<GatewayPayment>,
    /// When the gateway is asked where nobody has its answer; `None` where none is asked.
    pub due_at: Option<UnixSeconds>,
    /// When it was asked for.
    pub at: UnixSeconds,
}

/// A refund (a row of `ferro_refund`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The row.
    pub id: RefundId,
    /// What it was asked for.
    pub asked: NewRefund,
    /// Where it stands.
    pub status: RefundStatus,
    /// How often the gateway was asked.
    pub attempts: i64,
}

impl Refund {
    /// What the ledger calls it.
    pub fn reference(&self) -> String {
        format!("refund:{}", self.id)
    }

    /// What it moves on the buyer's balance.
    pub(crate) fn entry(&self, kind: LedgerKind, amount: Cents, at: UnixSeconds) -> LedgerEntry {
        LedgerEntry {
            user: self.asked.user,
            amount,
            kind,
            reference: self.reference(),
            at,
        }
    }
}

/// What came of a refund, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundResult {
    /// The gateway's number of the refund, or the address at which the buyer claims it.
    pub gateway_no: Option<String>,
    /// Why the gateway refused.
    pub failure: Option<String>,
    /// Commission that is not paid now, or was taken from who had it.
    pub commission_returned: Cents,
    /// Commission that its earners no longer have: it is kept back from what they earn next.
    pub commission_owed: Cents,
}

/// When the subscription ends once what the order had given is taken back: never before now, and never
/// later than it would.
///
/// # Errors
///
/// [`BillingError::NothingToTakeBack`] where the order gave no time of the running subscription: a traffic
/// reset, or time of a plan that another one replaced.
pub(crate) fn end_without(
    order: &Order,
    buyer: &Buyer,
    now: UnixSeconds,
    zone: Zone,
) -> Result<UnixSeconds, BillingError> {
    let is_running = buyer.plan_id == Some(order.plan_id);
    match (order.period, order.period.months(), buyer.expired_at) {
        (_, Some(months), Some(end)) if is_running => {
            Ok(zone.months_before(end, months).max(now).min(end))
        }
        (Period::OneTime, _, None) if is_running => Ok(now),
        _ => Err(BillingError::NothingToTakeBack),
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::PlanId;

    use super::*;
    use crate::testing::{a_buyer, a_completed_order};

    #[test]
    fn a_refund_ends_once() {
        use RefundEvent::{Pay, Refuse};
        use RefundStatus::{Done, Refused, Requested};
        for from in RefundStatus::ALL {
            for event in [Pay, Refuse] {
                let expected = match (from, event) {
                    (Requested, Pay) => Some(Done),
                    (Requested, Refuse) => Some(Refused),
                    _ => None,
                };
                assert_eq!(from.after(event), expected, "{from:?} {event:?}");
            }
        }
    }

    #[test]
    fn words_round_trip() {
        for status in RefundStatus::ALL {
            assert_eq!(RefundStatus::parse(status.as_str()), Some(status));
        }
        for to in RefundDestination::ALL {
            assert_eq!(RefundDestination::parse(to.as_str()), Some(to));
        }
        assert_eq!(RefundStatus::parse("lost"), None);
        assert_eq!(RefundDestination::parse("me"), None);
    }

    #[test]
    fn what_no_gateway_reported_none_can_refund() {
        let at = UnixSeconds::new(FEBRUARY_28);
        let paid = Order {
            payment_id: Some(PaymentId::new(3)),
            handling: Some(Cents::new(30)),
            ..a_completed_order(1, UserId::new(7), Period::Monthly, 990, at)
        };
        let expected = GatewayPayment {
            payment: PaymentId::new(3),
            callback_no: "cb1".to_owned(),
            asked: Cents::new(1_020),
        };
        assert_eq!(GatewayPayment::of(&paid), Ok(Some(expected)));
        let trade_no = paid.trade_no.as_str().to_owned();
        for number in [
            None,
            Some(String::new()),
            Some(MANUAL_OPERATION.into()),
            Some(trade_no),
        ] {
            let other = Order {
                callback_no: number,
                ..paid.clone()
            };
            assert_eq!(GatewayPayment::of(&other), Ok(None));
        }
        let nowhere = Order {
            payment_id: None,
            ..paid
        };
        assert_eq!(GatewayPayment::of(&nowhere), Ok(None));
    }

    /// 2026-03-31 12:00 UTC.
    const MARCH_31: i64 = 1_774_958_400;
    /// 2026-02-28 12:00 UTC, the last day of the month before.
    const FEBRUARY_28: i64 = 1_772_280_000;

    #[test]
    fn time_is_taken_back_but_none_that_is_over() {
        let nothing = Err(BillingError::NothingToTakeBack);
        let (now, month) = (FEBRUARY_28 - 5, Period::Monthly);
        for (plan, period, end, now, expected) in [
            (1, month, Some(MARCH_31), now, Ok(FEBRUARY_28)),
            (1, month, Some(MARCH_31), MARCH_31 - 5, Ok(MARCH_31 - 5)),
            (1, month, Some(MARCH_31), MARCH_31 + 5, Ok(MARCH_31)),
            (1, Period::Yearly, Some(MARCH_31), now, Ok(now)),
            (1, Period::OneTime, None, now, Ok(now)),
            (1, Period::OneTime, Some(MARCH_31), now, nothing.clone()),
            (1, month, None, now, nothing.clone()),
            (
                1,
                Period::ResetTraffic,
                Some(MARCH_31),
                now,
                nothing.clone(),
            ),
            (2, month, Some(MARCH_31), now, nothing.clone()),
        ] {
            let buyer = Buyer {
                plan_id: Some(PlanId::new(plan)),
                expired_at: end.map(UnixSeconds::new),
                ..a_buyer(7)
            };
            let at = UnixSeconds::new(now);
            let order = a_completed_order(1, buyer.id, period, 990, at);
            let found = end_without(&order, &buyer, at, Zone::default());
            let found = found.map(UnixSeconds::get);
            assert_eq!(found, expected, "{plan} {period:?} {end:?} {now}");
        }
    }
}
