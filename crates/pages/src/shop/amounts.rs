//! What an order costs, line by line.

use ferroboard_billing::{Order, OrderReceipt, Quote};
use ferroboard_kernel::Cents;

use crate::page::Page;

/// A line of a reckoning.
pub(super) struct AmountLine {
    /// What it is.
    pub(super) name: String,
    /// How much; what is taken off has a sign.
    pub(super) amount: String,
    /// Whether it is what is to be paid.
    pub(super) is_total: bool,
}

/// What a reckoning is made of, whether the order is placed yet or not.
struct Parts {
    price: Cents,
    discount: Cents,
    surplus: Cents,
    balance: Cents,
    fee: Cents,
    refund: Cents,
    total: Cents,
}

/// The lines of what an order would cost.
pub(super) fn of_quote(page: &Page, quote: &Quote) -> Vec<AmountLine> {
    let parts = Parts {
        price: quote.price,
        discount: quote.discount.unwrap_or_default(),
        surplus: quote.surplus.unwrap_or_default(),
        balance: quote.balance_used.unwrap_or_default(),
        fee: Cents::ZERO,
        refund: quote.refund.unwrap_or_default(),
        total: quote.total,
    };
    parts.lines(page)
}

/// The lines of an order, with the fee of its last checkout.
pub(super) fn of_order(page: &Page, order: &Order) -> Vec<AmountLine> {
    let discount = order.discount.unwrap_or_default();
    let surplus = order.surplus.unwrap_or_default();
    let balance = order.balance_used.unwrap_or_default();
    let refund = order.refund.unwrap_or_default();
    let fee = order.handling.unwrap_or_default();
    let taken_off = [discount, surplus, balance].into_iter();
    // An order does not keep the price; what was taken off it and what was left of it do.
    let price = taken_off.fold(less(order.total, refund), sum);
    let parts = Parts {
        price,
        discount,
        surplus,
        balance,
        fee,
        refund,
        total: sum(order.total, fee),
    };
    parts.lines(page)
}

/// The lines of a receipt, as they were when the order was paid.
pub(super) fn of_receipt(page: &Page, receipt: &OrderReceipt) -> Vec<AmountLine> {
    let amounts = &receipt.amounts;
    let parts = Parts {
        price: amounts.price,
        discount: amounts.discount,
        surplus: amounts.surplus,
        balance: amounts.balance,
        fee: amounts.fee,
        refund: Cents::ZERO,
        total: sum(amounts.total, amounts.fee),
    };
    parts.lines(page)
}

/// What is paid for an order, with the fee of its last checkout.
pub(super) fn whole(order: &Order) -> Cents {
    sum(order.total, order.handling.unwrap_or_default())
}

fn sum(left: Cents, right: Cents) -> Cents {
    Cents::new(left.get().saturating_add(right.get()))
}

fn less(left: Cents, right: Cents) -> Cents {
    Cents::new(left.get().saturating_sub(right.get()))
}

impl Parts {
    fn lines(&self, page: &Page) -> Vec<AmountLine> {
        let off = |amount: Cents| less(Cents::ZERO, amount);
        let between = [
            ("shop.quote_discount", off(self.discount)),
            ("shop.quote_surplus", off(self.surplus)),
            ("shop.quote_balance", off(self.balance)),
            ("shop.order_fee", self.fee),
            ("shop.quote_refund", self.refund),
        ];
        let between = between
            .into_iter()
            .filter(|(_, amount)| *amount != Cents::ZERO);
        let first = [("shop.quote_price", self.price)].into_iter();
        let last = [("shop.quote_total", self.total)];
        let lines = first.chain(between).chain(last);
        lines
            .map(|(name, amount)| AmountLine {
                name: page.t(name).to_owned(),
                amount: page.money(&amount),
                is_total: name == "shop.quote_total",
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_money_end_where_numbers_do() {
        let most = Cents::new(i64::MAX);
        assert_eq!(sum(most, Cents::new(1)), most);
        assert_eq!(less(Cents::new(5), Cents::new(7)), Cents::new(-2));
    }
}
