//! What an old subscription is still worth when another plan takes its place.

use ferroboard_kernel::{Cents, MoneyOverflow, OrderId, UnixSeconds, Zone};

use crate::{Buyer, Gigabytes, PastOrder, Period};

/// The value of a running subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Surplus {
    /// What it is worth: whole cents, never negative.
    pub(crate) amount: Cents,
    /// The orders that it replaces.
    pub(crate) orders: Vec<OrderId>,
}

/// A share between nothing and everything, as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    part: i128,
    whole: i128,
}

impl Share {
    const NOTHING: Self = Self { part: 0, whole: 1 };

    /// `part / whole`, kept between nothing and everything; nothing of an empty whole.
    fn of(part: i128, whole: i128) -> Self {
        if whole <= 0 {
            return Self::NOTHING;
        }
        Self {
            part: part.clamp(0, whole),
            whole,
        }
    }

    fn min(self, other: Self) -> Result<Self, MoneyOverflow> {
        let product = |a: i128, b: i128| a.checked_mul(b).ok_or(MoneyOverflow);
        let is_smaller = product(self.part, other.whole)? <= product(other.part, self.whole)?;
        Ok(if is_smaller { self } else { other })
    }

    /// The share of an amount that is not negative, rounded down to whole cents.
    fn floor_of(self, amount: i128) -> Result<Cents, MoneyOverflow> {
        let product = amount.checked_mul(self.part).ok_or(MoneyOverflow)?;
        let floored = product.checked_div(self.whole).ok_or(MoneyOverflow)?;
        i64::try_from(floored)
            .map(Cents::new)
            .map_err(|_| MoneyOverflow)
    }
}

/// The value of a subscription that never ends: what was paid for its traffic, by the traffic that
/// is left. `None` where there is nothing to count from.
pub(crate) fn of_traffic(
    buyer: &Buyer,
    completed: &[PastOrder],
) -> Result<Option<Surplus>, MoneyOverflow> {
    let bought = completed
        .iter()
        .filter(|order| order.period == Period::OneTime)
        .max_by_key(|order| order.id);
    let Some(bought) = bought else {
        return Ok(None);
    };
    let paid = bought.total.checked_add(bought.balance_used)?;
    if buyer.transfer_enable <= 0 || paid == Cents::ZERO {
        return Ok(None);
    }
    let quota = i128::from(buyer.transfer_enable);
    let left = Share::of(quota - used(buyer), quota);
    Ok(Some(Surplus {
        amount: left.floor_of(i128::from(paid.get()).max(0))?,
        orders: ids(completed, |order| order.period != Period::ResetTraffic),
    }))
}

/// The value of a subscription that ends: what was paid for all its months, by the time that is
/// left of them; where `traffic` is given, the monthly traffic of the present plan, by the traffic
/// that is left if that is less.
pub(crate) fn of_time(
    buyer: &Buyer,
    completed: &[PastOrder],
    traffic: Option<Gigabytes>,
    now: UnixSeconds,
    zone: Zone,
) -> Result<Surplus, MoneyOverflow> {
    let counts = |order: &PastOrder| order.period.months().is_some();
    let counted: Vec<&PastOrder> = completed.iter().filter(|order| counts(order)).collect();
    let paid: i128 = counted.iter().map(|order| value(order)).sum();
    let months = counted
        .iter()
        .filter_map(|order| order.period.months())
        .fold(0_u32, u32::saturating_add);
    let first = counted.iter().map(|order| order.created_at).min();
    let mut left = Share::NOTHING;
    if let Some(first) = first {
        let end = zone.months_after(first, months);
        let seconds = |from: UnixSeconds| i128::from(end.get()) - i128::from(from.get());
        left = Share::of(seconds(now), seconds(first));
    }
    if let Some(monthly) = traffic {
        let quota = i128::from(monthly.bytes()) * i128::from(months);
        left = left.min(Share::of(quota - used(buyer), quota))?;
    }
    Ok(Surplus {
        amount: left.floor_of(paid.max(0))?,
        orders: ids(completed, counts),
    })
}

/// What an order was worth when it was placed. The fee is the gateway's and not counted.
fn value(order: &PastOrder) -> i128 {
    let amount = |cents: Cents| i128::from(cents.get());
    amount(order.total) + amount(order.balance_used) + amount(order.surplus) - amount(order.refund)
}

fn used(buyer: &Buyer) -> i128 {
    i128::from(buyer.upload) + i128::from(buyer.download)
}

fn ids(orders: &[PastOrder], counts: impl Fn(&PastOrder) -> bool) -> Vec<OrderId> {
    let counted = orders.iter().filter(|order| counts(order));
    counted.map(|order| order.id).collect()
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{Seconds, UserId};

    use super::*;
    use crate::testing::a_buyer;

    const DAY: Seconds = Seconds::days(1);
    /// 2026-04-01 00:00 UTC: a month of 30 days begins.
    const APRIL: UnixSeconds = UnixSeconds::new(1_775_001_600);

    fn order(id: i64, period: Period, total: i64) -> PastOrder {
        PastOrder {
            id: OrderId::new(id),
            period,
            total: Cents::new(total),
            balance_used: Cents::ZERO,
            surplus: Cents::ZERO,
            refund: Cents::ZERO,
            paid_at: None,
            created_at: APRIL,
        }
    }

    fn days_into_april(days: i64) -> UnixSeconds {
        APRIL.plus(Seconds::new(DAY.get() * days))
    }

    fn user_with(gigabytes: i64, used: i64) -> Buyer {
        Buyer {
            id: UserId::new(7),
            transfer_enable: Gigabytes::new(gigabytes).bytes(),
            download: Gigabytes::new(used).bytes(),
            ..a_buyer(7)
        }
    }

    #[test]
    fn half_of_a_month_is_half_of_its_price() {
        let month = [order(3, Period::Monthly, 3_000)];
        for (days, worth) in [
            (0, 3_000),
            (15, 1_500),
            (29, 100),
            (30, 0),
            (31, 0),
            (-5, 3_000),
        ] {
            let surplus = of_time(
                &user_with(1, 0),
                &month,
                None,
                days_into_april(days),
                Zone::default(),
            )
            .unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "after {days} days");
            assert_eq!(surplus.orders, [OrderId::new(3)]);
        }
    }

    #[test]
    fn used_traffic_lessens_the_value_of_time_where_it_counts() {
        let month = [order(3, Period::Monthly, 3_000)];
        let halfway = days_into_april(15);
        for (used, worth) in [(0, 1_500), (40, 1_500), (75, 750), (100, 0), (500, 0)] {
            let plan = Some(Gigabytes::new(100));
            let surplus = of_time(
                &user_with(100, used),
                &month,
                plan,
                halfway,
                Zone::default(),
            )
            .unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "{used} GB used");
        }
    }

    #[test]
    fn balance_and_surplus_count_as_paid_and_refunds_do_not() {
        let paid = PastOrder {
            balance_used: Cents::new(500),
            surplus: Cents::new(2_000),
            refund: Cents::new(300),
            ..order(3, Period::Monthly, 800)
        };
        let reset = order(4, Period::ResetTraffic, 9_999);
        let surplus = of_time(
            &user_with(1, 0),
            &[paid, reset],
            None,
            APRIL,
            Zone::default(),
        )
        .unwrap();
        assert_eq!(surplus.amount, Cents::new(3_000));
        assert_eq!(surplus.orders, [OrderId::new(3)]);
    }

    #[test]
    fn without_orders_a_subscription_is_worth_nothing() {
        let surplus = of_time(&user_with(1, 0), &[], None, APRIL, Zone::default()).unwrap();
        assert_eq!(
            surplus,
            Surplus {
                amount: Cents::ZERO,
                orders: vec![]
            }
        );
        assert_eq!(of_traffic(&user_with(60, 0), &[]), Ok(None));
        let free = [order(1, Period::OneTime, 0)];
        assert_eq!(of_traffic(&user_with(60, 0), &free), Ok(None));
        let paid = [order(1, Period::OneTime, 100)];
        assert_eq!(of_traffic(&user_with(0, 0), &paid), Ok(None));
    }

    #[test]
    fn traffic_that_is_left_is_worth_its_share_of_the_latest_purchase() {
        let orders = [
            order(1, Period::OneTime, 100),
            order(2, Period::Monthly, 700),
            order(5, Period::OneTime, 6_000),
            order(6, Period::ResetTraffic, 500),
        ];
        for (used, worth) in [(15, 4_500), (0, 6_000), (60, 0), (61, 0)] {
            let surplus = of_traffic(&user_with(60, used), &orders).unwrap().unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "{used} GB used");
            assert_eq!(surplus.orders, [1, 2, 5].map(OrderId::new));
        }
    }

    #[test]
    fn absurd_amounts_are_errors_and_never_wrap() {
        let rich = [
            order(1, Period::ThreeYearly, i64::MAX),
            order(2, Period::Monthly, i64::MAX),
        ];
        assert_eq!(
            of_time(&user_with(1, 0), &rich, None, APRIL, Zone::default()),
            Err(MoneyOverflow)
        );
    }
}
