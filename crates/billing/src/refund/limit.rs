//! How much of an order may be refunded.

use ferroboard_kernel::{Cents, MoneyOverflow};

use super::RefundDestination;
use crate::worth::value;
use crate::{BillingError, Order};

/// What all refunds of an order together have taken of it, those that are only requested included
/// (a row of `ferro_order_refund`). An order without a row is as [`OrderRefunds::default`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderRefunds {
    /// How much in all.
    pub amount: Cents,
    /// How much of it by the gateway that the order was paid through.
    pub by_gateway: Cents,
    /// Whether what the order gave was taken back.
    pub taken_back: bool,
}

impl OrderRefunds {
    /// How much more may be refunded of the order: what was paid for it with money, balance and the value of
    /// the orders that it replaced, and by the gateway no more than came through it, without its fee.
    pub fn left(self, order: &Order, to: RefundDestination) -> Result<Cents, MoneyOverflow> {
        let left = value(order)?.checked_sub(self.amount)?;
        let left = match to {
            RefundDestination::Gateway => left.min(order.total.checked_sub(self.by_gateway)?),
            RefundDestination::Balance | RefundDestination::Outside => left,
        };
        Ok(left.max(Cents::ZERO))
    }

    /// The same with another refund.
    ///
    /// # Errors
    ///
    /// [`BillingError::RefundExceedsPaid`]; [`BillingError::NothingToTakeBack`] where it was taken back
    /// before.
    pub fn with(
        self,
        order: &Order,
        amount: Cents,
        to: RefundDestination,
        takes_back: bool,
    ) -> Result<Self, BillingError> {
        let left = self.left(order, to)?;
        if amount <= Cents::ZERO || amount > left {
            return Err(BillingError::RefundExceedsPaid { left });
        }
        if takes_back && self.taken_back {
            return Err(BillingError::NothingToTakeBack);
        }
        let by_gateway = match to {
            RefundDestination::Gateway => self.by_gateway.checked_add(amount)?,
            RefundDestination::Balance | RefundDestination::Outside => self.by_gateway,
        };
        Ok(Self {
            amount: self.amount.checked_add(amount)?,
            by_gateway,
            taken_back: self.taken_back || takes_back,
        })
    }

    /// The same with a refund by the gateway, which refused it, going to the balance.
    pub fn redirected(self, amount: Cents) -> Result<Self, MoneyOverflow> {
        let by_gateway = self.by_gateway.checked_sub(amount)?;
        Ok(Self { by_gateway, ..self })
    }

    /// The same without a refund by the gateway, which refused it.
    pub fn without(self, amount: Cents, took_back: bool) -> Result<Self, MoneyOverflow> {
        Ok(Self {
            amount: self.amount.checked_sub(amount)?,
            by_gateway: self.by_gateway.checked_sub(amount)?,
            taken_back: self.taken_back && !took_back,
        })
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{UnixSeconds, UserId};
    use proptest::prelude::*;

    use super::*;
    use crate::Period;
    use crate::testing::a_completed_order;

    fn order(total: i64, balance: i64, surplus: i64, refund: i64) -> Order {
        let at = UnixSeconds::new(1_775_001_600);
        Order {
            balance_used: Some(Cents::new(balance)),
            surplus: Some(Cents::new(surplus)),
            refund: Some(Cents::new(refund)),
            ..a_completed_order(1, UserId::new(7), Period::Monthly, total, at)
        }
    }

    #[test]
    fn what_was_paid_is_left_and_by_the_gateway_what_came_through_it() {
        use RefundDestination::{Balance, Gateway, Outside};
        for (order, refunds, left, by_gateway) in [
            (order(900, 90, 0, 0), (0, 0), 990, 900),
            (order(900, 90, 0, 0), (200, 0), 790, 790),
            (order(900, 90, 0, 0), (200, 200), 790, 700),
            (order(900, 90, 0, 0), (990, 900), 0, 0),
            (order(500, 0, 3_000, 2_000), (0, 0), 1_500, 500),
            (order(0, 0, 3_000, 2_999), (0, 0), 1, 0),
            (order(0, 0, 3_000, 3_500), (0, 0), 0, 0),
        ] {
            let refunds = OrderRefunds {
                amount: Cents::new(refunds.0),
                by_gateway: Cents::new(refunds.1),
                taken_back: false,
            };
            for (to, expected) in [(Balance, left), (Outside, left), (Gateway, by_gateway)] {
                let found = refunds.left(&order, to).unwrap();
                assert_eq!(found, Cents::new(expected), "{refunds:?} {to:?}");
            }
        }
    }

    #[test]
    fn time_is_taken_back_once_and_given_up_with_the_refund_that_took_it() {
        let (order, to) = (order(900, 0, 0, 0), RefundDestination::Gateway);
        let first = OrderRefunds::default().with(&order, Cents::new(300), to, true);
        let first = first.unwrap();
        let again = first.with(&order, Cents::new(300), to, true);
        assert_eq!(again, Err(BillingError::NothingToTakeBack));
        let second = first.with(&order, Cents::new(200), to, false).unwrap();
        assert!(second.taken_back);
        let left = second.without(Cents::new(300), true).unwrap();
        let expected = OrderRefunds {
            amount: Cents::new(200),
            by_gateway: Cents::new(200),
            taken_back: false,
        };
        assert_eq!(left, expected);
        assert!(second.without(Cents::new(200), false).unwrap().taken_back);
    }

    proptest! {
        /// Whatever is asked for in whatever order: never more than was paid, by the gateway never more than
        /// came through it, and what a refused refund had taken can be refunded.
        #[test]
        fn no_more_is_refunded_than_was_paid(
            paid in (0_i64..10_000, 0_i64..10_000, 0_i64..10_000, 0_i64..10_000),
            asked in prop::collection::vec((-5_i64..9_000, 0_usize..3, any::<bool>()), 1..20),
        ) {
            let order = order(paid.0, paid.1, paid.2, paid.3);
            let mut refunds = OrderRefunds::default();
            for (amount, to, is_refused) in asked {
                let (amount, to) = (Cents::new(amount), RefundDestination::ALL[to]);
                let left = refunds.left(&order, to).unwrap();
                match refunds.with(&order, amount, to, false) {
                    Ok(with) => {
                        prop_assert!(amount > Cents::ZERO && amount <= left);
                        let is_refused = is_refused && to == RefundDestination::Gateway;
                        if is_refused {
                            prop_assert_eq!(with.without(amount, false).unwrap(), refunds);
                        } else {
                            refunds = with;
                        }
                    }
                    Err(refusal) => {
                        prop_assert_eq!(refusal, BillingError::RefundExceedsPaid { left });
                        prop_assert!(amount <= Cents::ZERO || amount > left);
                    }
                }
                prop_assert!(refunds.amount <= value(&order).unwrap());
                prop_assert!(refunds.by_gateway <= order.total);
            }
        }
    }
}
