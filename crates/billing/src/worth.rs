//! What an order was worth, and which orders credit comes from.

use std::collections::BTreeMap;

use ferroboard_kernel::{Cents, MoneyOverflow, OrderId};

use crate::{Order, Period};

/// What became of the worth of an order that was opened (a row of `ferro_order_worth`). An order without
/// a row is as [`OrderWorth::default`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderWorth {
    /// Bytes that the buyer had used in all when it was opened, resets included.
    pub used_before: i64,
    /// How much of what was paid for it became credit again.
    pub credited: Cents,
    /// How much of it had when its commission was paid; that part earned nothing.
    pub settled: Cents,
    /// The commission that it owed at first, once a part of it was taken back.
    pub commission: Option<Cents>,
}

/// What was paid for an order: money, balance and the value of earlier orders, less what that value
/// left over. The fee is the gateway's and not counted.
pub(crate) fn paid_for(
    total: Cents,
    balance_used: Cents,
    surplus: Cents,
    refund: Cents,
) -> Result<Cents, MoneyOverflow> {
    total
        .checked_add(balance_used)?
        .checked_add(carried(surplus, refund)?)
}

/// What an order took over from the orders that it replaced.
fn carried(surplus: Cents, refund: Cents) -> Result<Cents, MoneyOverflow> {
    surplus.checked_sub(refund)
}

/// What was paid for it, as [`paid_for`]; nothing where the amounts make no sense.
pub(crate) fn value(order: &Order) -> Result<Cents, MoneyOverflow> {
    let given = |amount: Option<Cents>| amount.unwrap_or_default();
    let (surplus, refund) = (given(order.surplus), given(order.refund));
    let paid = paid_for(order.total, given(order.balance_used), surplus, refund)?;
    Ok(paid.max(Cents::ZERO))
}

/// Which orders an amount comes from that becomes credit of what `orders` were worth, be it that a
/// change of plan leaves it over or that they are refunded: how much of each one's worth, the newest
/// first.
///
/// Each of them bears the part that its worth is of theirs. What an order took over from the orders
/// that it replaced comes from those: so credit is followed through any number of changes to the
/// orders that were paid with money. `sold` are the buyer's orders that were ever opened; what is not
/// among them bears nothing.
pub fn sources(
    amount: Cents,
    orders: &[OrderId],
    sold: &[Order],
) -> Result<Vec<(OrderId, Cents)>, MoneyOverflow> {
    let sold: BTreeMap<OrderId, &Order> = sold.iter().map(|order| (order.id, order)).collect();
    let mut due: BTreeMap<OrderId, Cents> = shared(amount, orders, &sold)?.into_iter().collect();
    let mut sources = Vec::new();
    // An order replaces older ones only, so nothing is added to one that was passed.
    while let Some((id, amount)) = due.pop_last() {
        let Some(order) = sold.get(&id) else { continue };
        let worth = value(order)?;
        let amount = amount.min(worth);
        if amount <= Cents::ZERO {
            continue;
        }
        sources.push((id, amount));
        let surplus = order.surplus.unwrap_or_default();
        let taken_over = carried(surplus, order.refund.unwrap_or_default())?;
        let passed = part_of(amount, taken_over.max(Cents::ZERO).min(worth), worth)?;
        let replaced = order.surplus_orders.as_deref().unwrap_or_default();
        let older: Vec<OrderId> = replaced
            .iter()
            .copied()
            .filter(|older| *older < id)
            .collect();
        for (older, part) in shared(passed, &older, &sold)? {
            let so_far = due.entry(older).or_default();
            *so_far = so_far.checked_add(part)?;
        }
    }
    Ok(sources)
}

/// The amount, shared among the orders by their worth, without a cent more or less. Nothing where
/// none of them is worth anything. Of a subscription that never ends only the last purchase is worth
/// something, see `surplus`.
fn shared(
    amount: Cents,
    orders: &[OrderId],
    sold: &BTreeMap<OrderId, &Order>,
) -> Result<Vec<(OrderId, Cents)>, MoneyOverflow> {
    let found = || orders.iter().filter_map(|id| sold.get(id).copied());
    let endless = found().filter(|order| order.period == Period::OneTime);
    let endless = endless.max_by_key(|order| order.id);
    let mut worths = BTreeMap::new();
    for order in found() {
        if endless.is_none_or(|last| last.id == order.id) {
            worths.insert(order.id, value(order)?);
        }
    }
    let mut whole = Cents::ZERO;
    for worth in worths.values() {
        whole = whole.checked_add(*worth)?;
    }
    let (mut passed, mut given) = (Cents::ZERO, Cents::ZERO);
    let mut parts = Vec::with_capacity(worths.len());
    for (id, worth) in worths {
        passed = passed.checked_add(worth)?;
        let until_here = part_of(amount, passed, whole)?;
        parts.push((id, until_here.checked_sub(given)?));
        given = until_here;
    }
    Ok(parts)
}

/// `amount × part / whole`, rounded up; nothing of an empty whole. The part is none that is larger.
fn part_of(amount: Cents, part: Cents, whole: Cents) -> Result<Cents, MoneyOverflow> {
    let whole = i128::from(whole.get());
    if whole <= 0 {
        return Ok(Cents::ZERO);
    }
    let product = i128::from(amount.get()) * i128::from(part.get());
    i64::try_from((product + whole - 1) / whole)
        .map(Cents::new)
        .map_err(|_| MoneyOverflow)
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{UnixSeconds, UserId};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::a_completed_order;

    fn bought(id: i64, total: i64) -> Order {
        let at = UnixSeconds::new(1_775_001_600);
        a_completed_order(id, UserId::new(7), Period::Monthly, total, at)
    }

    fn changed(id: i64, total: i64, surplus: i64, refund: i64, replaced: &[i64]) -> Order {
        Order {
            surplus: Some(Cents::new(surplus)),
            refund: Some(Cents::new(refund)),
            surplus_orders: Some(replaced.iter().copied().map(OrderId::new).collect()),
            ..bought(id, total)
        }
    }

    fn found(amount: i64, orders: &[i64], sold: &[Order]) -> Vec<(i64, i64)> {
        let orders: Vec<OrderId> = orders.iter().copied().map(OrderId::new).collect();
        let sources = sources(Cents::new(amount), &orders, sold).unwrap();
        let plain = |(id, amount): (OrderId, Cents)| (id.get(), amount.get());
        sources.into_iter().map(plain).collect()
    }

    #[test]
    fn credit_comes_from_the_orders_that_it_was_paid_with() {
        let sold = [bought(1, 48_000), bought(2, 12_000)];
        assert_eq!(found(30_000, &[1], &sold), [(1, 30_000)]);
        assert_eq!(found(30_000, &[1, 2], &sold), [(2, 6_000), (1, 24_000)]);
        assert_eq!(found(30_001, &[1, 2], &sold), [(2, 6_000), (1, 24_001)]);
        assert_eq!(found(30_000, &[1, 9], &sold), [(1, 30_000)]);
        assert_eq!(found(0, &[1, 2], &sold), []);
        assert_eq!(found(50_000, &[1], &sold), [(1, 48_000)]);
    }

    #[test]
    fn credit_of_what_never_ends_comes_from_the_last_purchase() {
        let endless = |id, total| Order {
            period: Period::OneTime,
            ..bought(id, total)
        };
        let sold = [
            endless(1, 600),
            bought(2, 500),
            endless(3, 700),
            bought(4, 900),
        ];
        assert_eq!(found(300, &[1, 2, 3, 4], &sold), [(3, 300)]);
    }

    #[test]
    fn credit_is_followed_through_changes_of_plan() {
        // 40,000 of 48,000 were left of the first, and 39,000 of them bought the second.
        let sold = [
            bought(1, 48_000),
            changed(2, 0, 40_000, 1_000, &[1]),
            changed(3, 500, 38_000, 37_000, &[2]),
        ];
        assert_eq!(found(37_000, &[2], &sold), [(2, 37_000), (1, 37_000)]);
        // A third of the last was paid with money.
        assert_eq!(found(900, &[3], &sold), [(3, 900), (2, 600), (1, 600)]);
    }

    #[test]
    fn orders_that_name_themselves_or_later_ones_end_there() {
        let sold = [
            changed(1, 0, 100, 0, &[1, 2]),
            changed(2, 0, 100, 0, &[2, 3]),
        ];
        assert_eq!(found(50, &[2], &sold), [(2, 50)]);
    }

    proptest! {
        /// Whatever was changed into what: no order gives more credit than it was worth, and all orders
        /// that were paid with money together give no more than the credit.
        #[test]
        fn nothing_is_credited_twice(
            amount in 0_i64..100_000,
            orders in prop::collection::vec((0_i64..50_000, 0_i64..50_000, 0_i64..50_000), 1..8),
        ) {
            let mut sold = Vec::new();
            for (id, (total, surplus, refund)) in (1_i64..).zip(orders) {
                let replaced: &[i64] = if id > 1 { &[id - 1] } else { &[] };
                let surplus = if id > 1 { surplus } else { 0 };
                sold.push(changed(id, total, surplus, refund.min(surplus), replaced));
            }
            let newest = i64::try_from(sold.len()).unwrap();
            for (id, credited) in found(amount, &[newest], &sold) {
                let order = &sold[usize::try_from(id).unwrap() - 1];
                prop_assert!(credited <= value(order).unwrap().get());
                prop_assert!(credited <= amount);
            }
        }
    }
}
