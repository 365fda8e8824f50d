//! What the purchases of one user are worth, counted by somebody who knows nothing of the panel's rules.

use ferroboard_billing::{Gigabytes, Order, Period};
use ferroboard_kernel::{Cents, OrderId, UnixSeconds, Zone};

/// A millionth of a cent.
pub(crate) const EXACT: i128 = 1_000_000;

/// A purchase that is not replaced.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    pub(crate) order: OrderId,
    /// What was paid for it.
    pub(crate) price: i128,
    /// How much of that is money from outside, be it through orders that it replaced; exact.
    pub(crate) money: i128,
    /// When it begins and is over; none of what never ends.
    pub(crate) time: Option<(UnixSeconds, UnixSeconds)>,
    /// When the first of the purchases that follow one another up to this was placed, and their months.
    row: (UnixSeconds, u32),
    /// Bytes that it bought and bytes that were used of them.
    quota: i128,
    used: i128,
    /// Nothing that is used now is used of it.
    is_over: bool,
}

/// The purchases of a user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    pub(crate) holdings: Vec<Holding>,
    /// What was used of purchases that are gone, in cents.
    pub(crate) spent: i128,
}

fn cents(amount: Option<Cents>) -> i128 {
    i128::from(amount.unwrap_or_default().get())
}

/// What was paid for the order, whichever way.
pub(crate) fn price(order: &Order) -> i128 {
    i128::from(order.total.get()) + cents(order.balance_used) + cents(order.surplus)
        - cents(order.refund)
}

impl Holding {
    /// What is left of it, in whole cents.
    pub(crate) fn unused(&self, now: UnixSeconds) -> i128 {
        let of_traffic = self.price * (self.quota - self.used).max(0) / self.quota.max(1);
        let of_time = match self.time {
            Some((begin, end)) => {
                let left = i128::from(end.get()) - i128::from(now.max(begin).get());
                let whole = i128::from(end.get()) - i128::from(begin.get());
                self.price * left.max(0) / whole.max(1)
            }
            None => self.price,
        };
        of_traffic.min(of_time)
    }
}

impl Account {
    /// Bytes are used of what runs: of the last purchase that never ends, or of those for a time, the
    /// oldest first.
    pub(crate) fn use_traffic(&mut self, bytes: i64, is_endless: bool) {
        let mut left = i128::from(bytes);
        if is_endless {
            let last = self.holdings.iter_mut().rev().find(|it| it.time.is_none());
            if let Some(holding) = last {
                holding.used += left;
            }
            return;
        }
        for holding in &mut self.holdings {
            if holding.time.is_some() && !holding.is_over {
                let used = left.min((holding.quota - holding.used).max(0));
                holding.used += used;
                left -= used;
            }
        }
    }

    /// A purchase is opened. `money` is what came from outside for it.
    pub(crate) fn buy(&mut self, order: &Order, traffic: Gigabytes, money: i128) {
        let price = price(order);
        if order.period == Period::ResetTraffic {
            self.spent += price;
            return;
        }
        let bytes = i128::from(traffic.bytes());
        let months = order.period.months();
        let row = match months {
            Some(months) => self.follow(order, months),
            None => (order.created_at, 0),
        };
        let zone = Zone::default();
        let time = months.map(|months| {
            let (first, all) = row;
            let begin = zone.months_after(first, all - months);
            (begin, zone.months_after(first, all))
        });
        self.holdings.push(Holding {
            order: order.id,
            price,
            money,
            time,
            row,
            quota: bytes * i128::from(months.unwrap_or(1)),
            used: 0,
            is_over: false,
        });
    }

    /// The months follow those that run; where none do, a new row begins.
    fn follow(&mut self, order: &Order, months: u32) -> (UnixSeconds, u32) {
        let last = self.holdings.iter().rev().find(|it| it.time.is_some());
        let running = last.filter(|it| it.time.is_some_and(|(_, end)| end > order.created_at));
        if let Some(Holding {
            row: (first, all), ..
        }) = running
        {
            return (*first, all + months);
        }
        for holding in self.holdings.iter_mut().filter(|it| it.time.is_some()) {
            holding.is_over = true;
        }
        (order.created_at, months)
    }

    /// Those of the named purchases that credit comes from: the last that never ends, or all.
    pub(crate) fn sources(&self, named: &[OrderId]) -> Vec<&Holding> {
        let found = self.holdings.iter().filter(|it| named.contains(&it.order));
        let found: Vec<&Holding> = found.collect();
        let endless = found.iter().rev().find(|it| it.time.is_none());
        match endless {
            Some(last) => vec![*last],
            None => found,
        }
    }

    /// The purchases are gone; what was not used of those that are named is not spent.
    pub(crate) fn replace(&mut self, named: &[OrderId], now: UnixSeconds) {
        for holding in self.holdings.drain(..) {
            let is_named = named.contains(&holding.order);
            let unused = if is_named { holding.unused(now) } else { 0 };
            self.spent += holding.price - unused;
        }
    }

    /// What is held and what was used, in cents.
    pub(crate) fn bought(&self) -> i128 {
        self.spent + self.holdings.iter().map(|it| it.price).sum::<i128>()
    }
}
