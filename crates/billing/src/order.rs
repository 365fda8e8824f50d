//! Orders and the one function that says how they move.

pub(crate) mod receipt;
pub(crate) mod top_up;

use ferroboard_kernel::{
    Cents, CouponId, OrderId, PaymentId, PlanId, TradeNo, UnixSeconds, UserId,
};

use crate::{Gigabytes, OrderRefunds, Period, Quote};

/// What an order does to the subscription (`v2_order.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderKind {
    /// 1: a subscription for somebody without a running one.
    New,
    /// 2: the running subscription lasts longer.
    Renewal,
    /// 3: another plan takes the running one's place.
    Change,
    /// 4: the traffic of the running subscription is counted anew.
    TrafficReset,
    /// 5: bytes on top of the running subscription's.
    TrafficPackage,
    /// 9: nothing; the balance grows.
    TopUp,
}

impl OrderKind {
    /// Whether it is for a plan.
    pub const fn is_for_plan(self) -> bool {
        !matches!(self, Self::TrafficPackage | Self::TopUp)
    }

    /// The kind with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::New),
            2 => Some(Self::Renewal),
            3 => Some(Self::Change),
            4 => Some(Self::TrafficReset),
            5 => Some(Self::TrafficPackage),
            9 => Some(Self::TopUp),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::New => 1,
            Self::Renewal => 2,
            Self::Change => 3,
            Self::TrafficReset => 4,
            Self::TrafficPackage => 5,
            Self::TopUp => 9,
        }
    }
}

/// Where an order stands (`v2_order.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// 0: waits for payment.
    Pending,
    /// 1: paid, not yet opened.
    Processing,
    /// 2: will never be opened.
    Cancelled,
    /// 3: opened.
    Completed,
    /// 4: its value went into a later change of plan.
    Discounted,
}

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderEvent {
    /// It was paid, or there was nothing to pay.
    Pay,
    /// What was bought was given.
    Open,
    /// The customer, or time, gave it up.
    Cancel,
    /// A later order that counts its value was opened.
    Supersede,
}

/// An order cannot move like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order cannot {event:?} when it is {from:?}")]
pub struct InvalidTransition {
    /// Where it stands.
    pub from: OrderStatus,
    /// What was to happen.
    pub event: OrderEvent,
}

impl OrderStatus {
    /// Where an order stands after the event. Nothing else decides about a status.
    pub const fn after(self, event: OrderEvent) -> Result<Self, InvalidTransition> {
        match (self, event) {
            (Self::Pending, OrderEvent::Pay) => Ok(Self::Processing),
            (Self::Processing, OrderEvent::Open) => Ok(Self::Completed),
            (Self::Pending, OrderEvent::Cancel) => Ok(Self::Cancelled),
            (Self::Completed, OrderEvent::Supersede) => Ok(Self::Discounted),
            (from, event) => Err(InvalidTransition { from, event }),
        }
    }

    /// Whether something is still to happen to it before the user may place another.
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Pending | Self::Processing)
    }

    /// Whether the inviter has earned the commission of an order that stands here: the money came in,
    /// whatever became of its value.
    pub const fn earns_commission(self) -> bool {
        matches!(self, Self::Completed | Self::Discounted)
    }

    /// The status with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Pending),
            1 => Some(Self::Processing),
            2 => Some(Self::Cancelled),
            3 => Some(Self::Completed),
            4 => Some(Self::Discounted),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Processing => 1,
            Self::Cancelled => 2,
            Self::Completed => 3,
            Self::Discounted => 4,
        }
    }
}

/// Where the commission of an order stands (`v2_order.commission_status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommissionStatus {
    /// 0: to be confirmed.
    Unconfirmed,
    /// 1: confirmed, to be paid.
    Payable,
    /// 2: paid.
    Paid,
    /// 3: an administrator refused it.
    Invalid,
}

impl CommissionStatus {
    /// The status with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Unconfirmed),
            1 => Some(Self::Payable),
            2 => Some(Self::Paid),
            3 => Some(Self::Invalid),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Unconfirmed => 0,
            Self::Payable => 1,
            Self::Paid => 2,
            Self::Invalid => 3,
        }
    }
}

/// A row of `v2_order`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The row.
    pub id: OrderId,
    /// Who buys.
    pub user_id: UserId,
    /// What is bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// What it does to the subscription.
    pub kind: OrderKind,
    /// The number that customers and gateways know it by.
    pub trade_no: TradeNo,
    /// The gateway's number of its payment.
    pub callback_no: Option<String>,
    /// The coupon that it holds a use of.
    pub coupon_id: Option<CouponId>,
    /// The method of its last checkout.
    pub payment_id: Option<PaymentId>,
    /// What is left to pay after everything else, without fee.
    pub total: Cents,
    /// The fee of its last checkout.
    pub handling: Option<Cents>,
    /// Taken off by coupon and member discount.
    pub discount: Option<Cents>,
    /// The value of the subscription that it replaces.
    pub surplus: Option<Cents>,
    /// What that value left over: goes to the balance when it is opened.
    pub refund: Option<Cents>,
    /// Paid from the balance.
    pub balance_used: Option<Cents>,
    /// The orders whose value it replaces; `None` where none was looked for.
    pub surplus_orders: Option<Vec<OrderId>>,
    /// Where it stands.
    pub status: OrderStatus,
    /// Who invited the buyer, at the time of the order.
    pub inviter: Option<UserId>,
    /// Where its commission stands; `None`, as imported orders may have it, is never paid.
    pub commission_status: Option<CommissionStatus>,
    /// The commission it owes.
    pub commission: Cents,
    /// The commission that was paid.
    pub commission_paid: Option<Cents>,
    /// When it was paid.
    pub paid_at: Option<UnixSeconds>,
    /// When it was placed.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

/// Commission that an order earned when it was opened, and that is still to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarnedCommission {
    /// Who invited the buyer.
    pub inviter: UserId,
    /// How much.
    pub amount: Cents,
}

impl Order {
    /// What the order earns when it is opened: the amount was fixed when it was placed, by the terms and the rule
    /// about first purchases of that moment. `None` where nobody earns anything, or an administrator has decided
    /// about it already.
    pub fn earned(&self) -> Option<EarnedCommission> {
        let is_pending = self.commission_status == Some(CommissionStatus::Unconfirmed);
        let inviter = self.inviter.filter(|_| is_pending)?;
        (self.commission > Cents::ZERO).then_some(EarnedCommission {
            inviter,
            amount: self.commission,
        })
    }
}

/// An order to be inserted: pending, its commission unconfirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Who buys.
    pub user_id: UserId,
    /// What is bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// Its number.
    pub trade_no: TradeNo,
    /// The coupon that it holds a use of.
    pub coupon_id: Option<CouponId>,
    /// Its amounts.
    pub quote: Quote,
    /// When it is placed.
    pub at: UnixSeconds,
}

/// A completed order as far as its value is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOrder {
    /// The row.
    pub id: OrderId,
    /// What was bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// Paid through a gateway, without fee.
    pub total: Cents,
    /// Paid from the balance.
    pub balance_used: Cents,
    /// Paid with the value of an earlier subscription.
    pub surplus: Cents,
    /// Given back of that value.
    pub refund: Cents,
    /// When it was paid, if that is known.
    pub paid_at: Option<UnixSeconds>,
    /// When it was placed.
    pub created_at: UnixSeconds,
    /// The traffic of the plan, each month of it or once; `None` where nobody asked, or it is gone.
    pub traffic: Option<Gigabytes>,
    /// Bytes that the buyer had used in all when it was opened; 0 where nobody asked.
    pub used_before: i64,
    /// What was refunded of it; nothing where nobody asked.
    pub refunds: OrderRefunds,
}

impl From<&Order> for PastOrder {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            plan_id: order.plan_id,
            period: order.period,
            total: order.total,
            balance_used: order.balance_used.unwrap_or_default(),
            surplus: order.surplus.unwrap_or_default(),
            refund: order.refund.unwrap_or_default(),
            paid_at: order.paid_at,
            created_at: order.created_at,
            traffic: None,
            used_before: 0,
            refunds: OrderRefunds::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::an_order;

    #[test]
    fn an_order_earns_what_is_still_to_be_confirmed() {
        use CommissionStatus::{Invalid, Paid, Payable, Unconfirmed};
        let eve = UserId::new(9);
        let hundred = Cents::new(100);
        for (inviter, status, commission, earns) in [
            (Some(eve), Some(Unconfirmed), hundred, true),
            (None, Some(Unconfirmed), hundred, false),
            (Some(eve), Some(Unconfirmed), Cents::ZERO, false),
            (Some(eve), Some(Payable), hundred, false),
            (Some(eve), Some(Paid), hundred, false),
            (Some(eve), Some(Invalid), hundred, false),
            (Some(eve), None, hundred, false),
        ] {
            let order = Order {
                inviter,
                commission_status: status,
                commission,
                ..an_order(1, UserId::new(2))
            };
            let expected = earns.then_some(EarnedCommission {
                inviter: eve,
                amount: hundred,
            });
            assert_eq!(order.earned(), expected, "{inviter:?} {status:?}");
        }
    }

    #[test]
    fn only_four_transitions_are_allowed() {
        use OrderEvent::{Cancel, Open, Pay, Supersede};
        use OrderStatus::{Cancelled, Completed, Discounted, Pending, Processing};
        for from in [Pending, Processing, Cancelled, Completed, Discounted] {
            for event in [Pay, Open, Cancel, Supersede] {
                let expected = match (from, event) {
                    (Pending, Pay) => Ok(Processing),
                    (Pending, Cancel) => Ok(Cancelled),
                    (Processing, Open) => Ok(Completed),
                    (Completed, Supersede) => Ok(Discounted),
                    _ => Err(InvalidTransition { from, event }),
                };
                assert_eq!(from.after(event), expected);
            }
        }
    }

    #[test]
    fn codes_round_trip() {
        for code in 0..5 {
            assert_eq!(OrderStatus::from_code(code).unwrap().code(), code);
        }
        for code in [1, 2, 3, 4, 5, 9] {
            assert_eq!(OrderKind::from_code(code).unwrap().code(), code);
        }
        for code in 0..4 {
            assert_eq!(CommissionStatus::from_code(code).unwrap().code(), code);
        }
        assert_eq!(OrderStatus::from_code(5), None);
        assert_eq!(OrderKind::from_code(0), None);
        assert_eq!(CommissionStatus::from_code(-1), None);
    }
}
