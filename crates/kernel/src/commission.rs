//! What invitations tell orders, and what orders tell invitations. The two domains do not know one
//! another; these values are what the use cases hand from one to the other.

use crate::{Cents, OrderId, Percent, TradeNo, UserId};

/// Who invited a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referral {
    /// The inviter, whether or not the account still exists.
    pub inviter: UserId,
    /// What the inviter earns; `None` when the account is gone.
    pub terms: Option<CommissionTerms>,
}

/// What an inviter earns from an order, decided when the order is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommissionTerms {
    /// The share of the order.
    pub rate: Percent,
    /// Only the buyer's first order earns anything.
    pub first_order_only: bool,
}

/// The commission of one order, to be paid now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionDue {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub trade_no: TradeNo,
    /// Who bought.
    pub buyer: UserId,
    /// Who invited the buyer, at the time of the order.
    pub inviter: UserId,
    /// What all levels together earn at most; never negative.
    pub amount: Cents,
    /// What was left to pay of the order, as the log shows it.
    pub order_amount: Cents,
}
