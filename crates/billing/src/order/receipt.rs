//! Receipts: what an order came to, as it stood when it was paid. Pure, and never changed afterwards.

use std::fmt;

use ferroboard_kernel::{
    Cents, Decimal, MoneyOverflow, OrderId, TradeNo, UnixSeconds, UserId, Zone,
};

use super::{Order, OrderKind};
use crate::{MANUAL_OPERATION, Period};

/// The number of a receipt: the places of a year have no gaps. It is written `R2026-000123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptNumber {
    /// The year in which the order was paid, in the zone of the site.
    pub year: i64,
    /// The place in it, from 1.
    pub place: i64,
}

/// Who sells, in the words of the site; what it does not say is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptSeller {
    /// `receipt_seller_name`.
    pub name: String,
    /// `receipt_seller_address`, maybe of several lines.
    pub address: String,
    /// `receipt_seller_tax_number`.
    pub tax_number: String,
    /// `receipt_seller_email`.
    pub email: String,
}

/// What the site says about receipts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptPolicy {
    /// Who sells.
    pub seller: ReceiptSeller,
    /// `tax_name`: what the tax is called; maybe empty.
    pub tax_name: String,
    /// `tax_rate_percent`: how many percent come on top of a price without tax. Not negative.
    pub tax_rate: Decimal,
}

/// What an order was paid with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaidBy {
    /// A gateway reported the payment.
    Gateway,
    /// An administrator vouched for it.
    Hand,
    /// The balance paid all of it.
    Balance,
    /// There was nothing to pay.
    Nothing,
}

/// The amounts of a receipt. Price = discount + surplus + balance + total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReceiptAmounts {
    /// What was bought costs so much.
    pub price: Cents,
    /// Taken off by coupon and member discount.
    pub discount: Cents,
    /// Paid with the value of the plan that it replaced.
    pub surplus: Cents,
    /// Paid from the balance.
    pub balance: Cents,
    /// Paid beside the balance, without fee.
    pub total: Cents,
    /// The fee of the payment method, on top of the total.
    pub fee: Cents,
    /// What came on top of a top-up.
    pub bonus: Cents,
    /// The tax that is contained in what was paid.
    pub tax: Cents,
}

/// What a receipt calls things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptNames {
    /// The buyer's address; empty where the account is gone.
    pub buyer: String,
    /// The plan or the traffic package; empty where it is gone, and for top-ups.
    pub item: String,
    /// The payment method, while there is one.
    pub method: Option<String>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderReceipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// Of which order.
    pub order: OrderId,
    /// The order's number.
    pub trade_no: TradeNo,
    /// Who bought.
    pub user: UserId,
    /// What the order did.
    pub kind: OrderKind,
    /// For how long it was bought.
    pub period: Period,
    /// What things were called.
    pub names: ReceiptNames,
    /// Who sold.
    pub seller: ReceiptSeller,
    /// The code of the currency of all amounts.
    pub currency: String,
    /// What it came to.
    pub amounts: ReceiptAmounts,
    /// What the tax was called; maybe empty.
    pub tax_name: String,
    /// Its rate in percent.
    pub tax_rate: Decimal,
    /// What it was paid with.
    pub paid_by: PaidBy,
    /// When the order was placed.
    pub ordered_at: UnixSeconds,
    /// When it was paid.
    pub issued_at: UnixSeconds,
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{:04}-{:06}", self.year, self.place)
    }
}

impl ReceiptNumber {
    /// The year in which an order is paid now.
    pub fn year_of(now: UnixSeconds, zone: Zone) -> i64 {
        i64::from(chrono::Datelike::year(&zone.wall_clock(now)))
    }
}

impl ReceiptPolicy {
    /// The tax that is contained in an amount, half a cent rounded up.
    ///
    /// # Errors
    ///
    /// [`MoneyOverflow`] for amounts that nobody can have paid.
    pub fn contained_tax(&self, amount: Cents) -> Result<Cents, MoneyOverflow> {
        const WHOLE: i128 = 1_000_000;
        let rate = i128::from(self.tax_rate.ten_thousandths().max(0));
        let amount = i128::from(amount.get().max(0));
        let (parts, whole) = (amount * rate, WHOLE + rate);
        let tax = (2 * parts + whole) / (2 * whole);
        i64::try_from(tax)
            .map(Cents::new)
            .map_err(|_| MoneyOverflow)
    }
}

impl PaidBy {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Gateway, Self::Hand, Self::Balance, Self::Nothing];

    /// The word in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Hand => "hand",
            Self::Balance => "balance",
            Self::Nothing => "nothing",
        }
    }

    /// The way with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }

    /// How a paid order was paid.
    pub fn of(order: &Order) -> Self {
        let used = order.balance_used.unwrap_or_default();
        if order.total > Cents::ZERO {
            let by_hand = order.callback_no.as_deref() == Some(MANUAL_OPERATION);
            if by_hand { Self::Hand } else { Self::Gateway }
        } else if used > Cents::ZERO {
            Self::Balance
        } else {
            Self::Nothing
        }
    }
}

impl ReceiptAmounts {
    /// What a paid order came to. The fee counts where a gateway asked for it: nobody vouches for one that is
    /// paid by hand. Tax is contained in what was paid by the balance, beside it, and as the fee; of a top-up
    /// in the fee alone, as what its money buys later has a receipt of its own.
    ///
    /// # Errors
    ///
    /// [`MoneyOverflow`] for amounts that nobody can have paid.
    pub fn of(order: &Order, bonus: Cents, policy: &ReceiptPolicy) -> Result<Self, MoneyOverflow> {
        let left_over = order.refund.unwrap_or_default();
        let mut amounts = Self {
            price: Cents::ZERO,
            discount: order.discount.unwrap_or_default(),
            surplus: order.surplus.unwrap_or_default().checked_sub(left_over)?,
            balance: order.balance_used.unwrap_or_default(),
            total: order.total,
            fee: match PaidBy::of(order) {
                PaidBy::Gateway => order.handling.unwrap_or_default(),
                PaidBy::Hand | PaidBy::Balance | PaidBy::Nothing => Cents::ZERO,
            },
            bonus,
            tax: Cents::ZERO,
        };
        let bought = amounts.balance.checked_add(amounts.total)?;
        let off = amounts.discount.checked_add(amounts.surplus)?;
        amounts.price = bought.checked_add(off)?;
        let taxed = match order.kind {
            OrderKind::TopUp => amounts.fee,
            _ => bought.checked_add(amounts.fee)?,
        };
        amounts.tax = policy.contained_tax(taxed)?;
        Ok(amounts)
    }

    /// What was paid in all: from the balance, beside it, and the fee.
    ///
    /// # Errors
    ///
    /// [`MoneyOverflow`] for amounts that nobody can have paid.
    pub fn paid(&self) -> Result<Cents, MoneyOverflow> {
        self.balance.checked_add(self.total)?.checked_add(self.fee)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::an_order;

    fn policy(percent: &str) -> ReceiptPolicy {
        ReceiptPolicy {
            tax_rate: Decimal::parse(percent).unwrap(),
            ..ReceiptPolicy::default()
        }
    }

    fn order(total: i64, balance: i64) -> Order {
        Order {
            total: Cents::new(total),
            balance_used: Some(Cents::new(balance)),
            handling: Some(Cents::new(25)),
            ..an_order(1, UserId::new(1))
        }
    }

    #[test]
    fn numbers_are_written_with_their_year() {
        for (year, place, expected) in [
            (2026, 123, "R2026-000123"),
            (2026, 1_234_567, "R2026-1234567"),
        ] {
            assert_eq!(ReceiptNumber { year, place }.to_string(), expected);
        }
    }

    #[test]
    fn the_year_is_that_of_the_site() {
        let new_year = UnixSeconds::new(1_767_196_800);
        let shanghai = Zone::default();
        assert_eq!(ReceiptNumber::year_of(new_year, shanghai), 2026);
        let berlin = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(ReceiptNumber::year_of(new_year, berlin), 2025);
    }

    #[test]
    fn contained_tax_is_rounded_half_up() {
        for (percent, amount, expected) in [
            ("0", 11_900, 0),
            ("19", 11_900, 1_900),
            ("19", 990, 158),
            ("100", 1, 1),
            ("100", 3, 2),
            ("8.875", 10_888, 888),
            ("20", 3, 1),
            ("20", 2, 0),
        ] {
            let tax = policy(percent).contained_tax(Cents::new(amount)).unwrap();
            assert_eq!(tax.get(), expected, "{percent} % in {amount}");
        }
    }

    #[test]
    fn how_an_order_was_paid_follows_from_its_amounts() {
        let by_hand = |order: Order| Order {
            callback_no: Some(MANUAL_OPERATION.to_owned()),
            ..order
        };
        for (order, expected, fee) in [
            (order(100, 0), PaidBy::Gateway, 25),
            (order(100, 50), PaidBy::Gateway, 25),
            (by_hand(order(100, 50)), PaidBy::Hand, 0),
            (order(0, 50), PaidBy::Balance, 0),
            (by_hand(order(0, 50)), PaidBy::Balance, 0),
            (order(0, 0), PaidBy::Nothing, 0),
        ] {
            assert_eq!(PaidBy::of(&order), expected);
            let amounts = ReceiptAmounts::of(&order, Cents::ZERO, &policy("0")).unwrap();
            assert_eq!(amounts.fee.get(), fee, "{expected:?}");
        }
        for way in PaidBy::ALL {
            assert_eq!(PaidBy::parse(way.as_str()), Some(way));
        }
        assert_eq!(PaidBy::parse("luck"), None);
    }

    #[test]
    fn of_a_top_up_the_fee_alone_is_taxed() {
        let top_up = Order {
            kind: OrderKind::TopUp,
            period: Period::Deposit,
            ..order(10_000, 0)
        };
        let amounts = ReceiptAmounts::of(&top_up, Cents::new(500), &policy("25")).unwrap();
        assert_eq!((amounts.tax.get(), amounts.bonus.get()), (5, 500));
        assert_eq!(amounts.paid(), Ok(Cents::new(10_025)));
    }

    proptest! {
        /// The parts of a price make it up, and tax is less than what it is contained in.
        #[test]
        fn parts_sum_to_the_price(
            total in 0..=2_147_483_647_i64, balance in 0..=2_147_483_647_i64,
            discount in 0..=1_000_000_i64, surplus in 0..=1_000_000_i64, left in 0..=1_000_000_i64,
            rate in 0..=1_000_000_i64,
        ) {
            let left = left.min(surplus);
            let order = Order {
                discount: Some(Cents::new(discount)),
                surplus: Some(Cents::new(surplus)),
                refund: Some(Cents::new(left)),
                ..order(total, balance)
            };
            let policy = ReceiptPolicy { tax_rate: Decimal::new(rate), ..ReceiptPolicy::default() };
            let amounts = ReceiptAmounts::of(&order, Cents::ZERO, &policy).unwrap();
            prop_assert_eq!(amounts.price.get(), total + balance + discount + surplus - left);
            let paid = amounts.paid().unwrap();
            prop_assert!(amounts.tax >= Cents::ZERO);
            // Not more than half of it at 100 %, but for the rounding.
            prop_assert!(2 * amounts.tax.get() <= paid.get() + 1);
        }
    }
}
