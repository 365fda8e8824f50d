//! What invitations tell orders, and what orders tell invitations. The two domains do not know one
//! another; these values are what the use cases hand from one to the other.

use crate::{Cents, MoneyOverflow, OrderId, Percent, TradeNo, UserId};

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

/// A part of what an order was worth became credit again after its commission was paid: so much of
/// the commission is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionReturn {
    /// The order's number.
    pub trade_no: TradeNo,
    /// Which share of every amount that was paid for it.
    pub share: ReturnedShare,
}

/// How much more than before is taken back of something that was given for a worth.
///
/// What is taken back in all is rounded up, whatever the number of parts: credit that goes to and fro
/// leaves no cent behind, and nobody gives back more than was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnedShare {
    /// What had become credit of the worth.
    pub before: Cents,
    /// What has become credit of it now.
    pub after: Cents,
    /// The worth.
    pub whole: Cents,
}

impl ReturnedShare {
    /// What is now taken back of this amount, which is not negative.
    pub fn of(self, amount: Cents) -> Result<Cents, MoneyOverflow> {
        self.taken(amount, self.after)?
            .checked_sub(self.taken(amount, self.before)?)
    }

    fn taken(self, amount: Cents, credited: Cents) -> Result<Cents, MoneyOverflow> {
        let whole = i128::from(self.whole.get());
        if whole <= 0 {
            return Ok(Cents::ZERO);
        }
        let part = i128::from(credited.get()).clamp(0, whole);
        let product = i128::from(amount.get()).max(0) * part;
        let rounded_up = (product + whole - 1) / whole;
        i64::try_from(rounded_up)
            .map(Cents::new)
            .map_err(|_| MoneyOverflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returned(amount: i64, before: i64, after: i64, whole: i64) -> i64 {
        let share = ReturnedShare {
            before: Cents::new(before),
            after: Cents::new(after),
            whole: Cents::new(whole),
        };
        share.of(Cents::new(amount)).unwrap().get()
    }

    #[test]
    fn commission_comes_back_in_proportion_and_never_more_than_there_was() {
        for (amount, before, after, whole, expected) in [
            (4_800, 0, 24_000, 48_000, 2_400),
            (4_800, 24_000, 48_000, 48_000, 2_400),
            (10, 0, 1, 3, 4),
            (10, 1, 2, 3, 3),
            (10, 2, 3, 3, 3),
            (10, 3, 9, 3, 0),
            (0, 0, 3, 3, 0),
            (10, 0, 3, 0, 0),
            (i64::MAX, 0, i64::MAX, i64::MAX, i64::MAX),
        ] {
            let found = returned(amount, before, after, whole);
            assert_eq!(found, expected, "{amount}: {before} to {after} of {whole}");
        }
    }
}
