//! What an old subscription is still worth when another plan takes its place.

use ferroboard_kernel::{Cents, MoneyOverflow, OrderId, UnixSeconds, Zone};

use crate::worth::paid_for;
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

/// The value of the buyer's subscription. `None` where there is nothing to count from. `cleared` are the
/// bytes that resets ever cleared.
pub(crate) fn of(
    buyer: &Buyer,
    completed: &[PastOrder],
    cleared: i64,
    now: UnixSeconds,
    zone: Zone,
) -> Result<Option<Surplus>, MoneyOverflow> {
    if buyer.expired_at.is_none() {
        of_traffic(buyer, completed, cleared)
    } else {
        of_time(buyer, completed, cleared, now, zone).map(Some)
    }
}

/// The value of a subscription that never ends: what was paid for its traffic, by the traffic that
/// is left. `None` where there is nothing to count from.
///
/// What was used counts since the order was opened, whatever a reset cleared since. Traffic on top of
/// what was bought is worth nothing, and neither is what was refunded.
fn of_traffic(
    buyer: &Buyer,
    completed: &[PastOrder],
    cleared: i64,
) -> Result<Option<Surplus>, MoneyOverflow> {
    let bought = completed
        .iter()
        .filter(|order| order.period == Period::OneTime && !order.refunds.taken_back)
        .max_by_key(|order| order.id);
    let Some(bought) = bought else {
        return Ok(None);
    };
    let paid = bought.total.checked_add(bought.balance_used)?;
    let paid = paid.checked_sub(bought.refunds.amount)?.max(Cents::ZERO);
    if buyer.transfer_enable <= 0 || paid == Cents::ZERO {
        return Ok(None);
    }
    let quota = i128::from(buyer.transfer_enable).min(traffic_of(bought, buyer));
    let used = used_since(buyer, cleared, bought.used_before);
    let left = Share::of(quota - used, quota);
    Ok(Some(Surplus {
        amount: left.floor_of(i128::from(paid.get()).max(0))?,
        orders: ids(completed, |order| order.period != Period::ResetTraffic),
    }))
}

/// The value of a subscription that ends: of each order what was paid for its months, by the time that
/// is left of them, or by the traffic that is left of them if that is less.
///
/// The months of the orders follow one another, and so does their traffic: what was used since the
/// first was opened, whatever resets cleared since, is used of the first as far as it reaches. An order
/// that was placed when the months of those before it were over begins anew. Months that were taken back
/// with a refund are none, and money that was refunded is worth nothing.
fn of_time(
    buyer: &Buyer,
    completed: &[PastOrder],
    cleared: i64,
    now: UnixSeconds,
    zone: Zone,
) -> Result<Surplus, MoneyOverflow> {
    let counts = |order: &PastOrder| order.period.months().is_some();
    let mut amount = Cents::ZERO;
    let mut row: Option<Row> = None;
    let lasts = |order: &&PastOrder| counts(order) && !order.refunds.taken_back;
    for order in completed.iter().filter(lasts) {
        let bought = order.period.months().unwrap_or_default();
        let follows = row.filter(|row| order.created_at < row.end);
        let begun = follows.unwrap_or(Row {
            first: order.created_at,
            used_before: order.used_before,
            months: 0,
            end: order.created_at,
            traffic: 0,
        });
        let quota = traffic_of(order, buyer) * i128::from(bought);
        let months = begun.months.saturating_add(bought);
        let longer = Row {
            months,
            end: zone.months_after(begun.first, months),
            traffic: begun.traffic + quota,
            ..begun
        };
        let seconds = |from: UnixSeconds| i128::from(longer.end.get()) - i128::from(from.get());
        let time = Share::of(seconds(now), seconds(begun.end));
        let used = used_since(buyer, cleared, longer.used_before);
        let left = time.min(Share::of(longer.traffic - used, quota))?;
        let paid = paid_for(order.total, order.balance_used, order.surplus, order.refund)?;
        let paid = paid.checked_sub(order.refunds.amount)?;
        let worth = left.floor_of(i128::from(paid.get()).max(0))?;
        amount = amount.checked_add(worth)?;
        row = Some(longer);
    }
    Ok(Surplus {
        amount,
        orders: ids(completed, counts),
    })
}

/// Orders that follow one another, so far.
#[derive(Clone, Copy)]
struct Row {
    /// When the first of them was placed.
    first: UnixSeconds,
    /// What had been used in all when it was opened.
    used_before: i64,
    /// How many months they bought.
    months: u32,
    /// When these are over.
    end: UnixSeconds,
    /// How much traffic they bought.
    traffic: i128,
}

/// The bytes that the order bought, each month or once; of a plan that is gone, what the buyer has.
fn traffic_of(order: &PastOrder, buyer: &Buyer) -> i128 {
    let bytes = order.traffic.map(Gigabytes::bytes);
    i128::from(bytes.unwrap_or(buyer.transfer_enable))
}

/// What was used since so many bytes had been used.
fn used_since(buyer: &Buyer, cleared: i64, used_before: i64) -> i128 {
    let present = i128::from(buyer.upload) + i128::from(buyer.download);
    (present + i128::from(cleared) - i128::from(used_before)).max(0)
}

fn ids(orders: &[PastOrder], counts: impl Fn(&PastOrder) -> bool) -> Vec<OrderId> {
    let counted = orders.iter().filter(|order| counts(order));
    counted.map(|order| order.id).collect()
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{PlanId, Seconds, UserId};

    use super::*;
    use crate::OrderRefunds;
    use crate::testing::a_buyer;

    const DAY: Seconds = Seconds::days(1);
    /// 2026-04-01 00:00 UTC: a month of 30 days begins.
    const APRIL: UnixSeconds = UnixSeconds::new(1_775_001_600);

    fn order(id: i64, period: Period, total: i64) -> PastOrder {
        PastOrder {
            id: OrderId::new(id),
            plan_id: PlanId::new(1),
            period,
            total: Cents::new(total),
            balance_used: Cents::ZERO,
            surplus: Cents::ZERO,
            refund: Cents::ZERO,
            paid_at: None,
            created_at: APRIL,
            traffic: None,
            used_before: 0,
            refunds: OrderRefunds::default(),
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
                0,
                days_into_april(days),
                Zone::default(),
            )
            .unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "after {days} days");
            assert_eq!(surplus.orders, [OrderId::new(3)]);
        }
    }

    #[test]
    fn used_traffic_lessens_the_value_of_time() {
        let month = [PastOrder {
            traffic: Some(Gigabytes::new(100)),
            ..order(3, Period::Monthly, 3_000)
        }];
        let halfway = days_into_april(15);
        for (used, worth) in [(0, 1_500), (40, 1_500), (75, 750), (100, 0), (500, 0)] {
            let surplus =
                of_time(&user_with(100, used), &month, 0, halfway, Zone::default()).unwrap();
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
        let surplus = of_time(&user_with(1, 0), &[paid, reset], 0, APRIL, Zone::default()).unwrap();
        assert_eq!(surplus.amount, Cents::new(3_000));
        assert_eq!(surplus.orders, [OrderId::new(3)]);
    }

    #[test]
    fn without_orders_a_subscription_is_worth_nothing() {
        let surplus = of_time(&user_with(1, 0), &[], 0, APRIL, Zone::default()).unwrap();
        assert_eq!(
            surplus,
            Surplus {
                amount: Cents::ZERO,
                orders: vec![]
            }
        );
        assert_eq!(of_traffic(&user_with(60, 0), &[], 0), Ok(None));
        let free = [order(1, Period::OneTime, 0)];
        assert_eq!(of_traffic(&user_with(60, 0), &free, 0), Ok(None));
        let paid = [order(1, Period::OneTime, 100)];
        assert_eq!(of_traffic(&user_with(0, 0), &paid, 0), Ok(None));
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
            let surplus = of_traffic(&user_with(60, used), &orders, 0)
                .unwrap()
                .unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "{used} GB used");
            assert_eq!(surplus.orders, [1, 2, 5].map(OrderId::new));
        }
    }

    /// 60 GB were bought for 6,000 when 500 GB had been used. A reset, whoever paid for it, clears the
    /// counters and gives back nothing of what was used; traffic on top is worth nothing.
    #[test]
    fn a_reset_and_a_gift_do_not_raise_the_worth() {
        let gigabytes = |count| Gigabytes::new(count).bytes();
        let bought = [PastOrder {
            traffic: Some(Gigabytes::new(60)),
            used_before: gigabytes(500),
            ..order(1, Period::OneTime, 6_000)
        }];
        for (quota, cleared, used, worth) in [
            (60, 500, 0, 6_000),
            (60, 500, 15, 4_500),
            (60, 515, 0, 4_500),
            (60, 515, 15, 3_000),
            (60, 560, 0, 0),
            (60, 900, 0, 0),
            (160, 500, 15, 4_500),
            (160, 560, 0, 0),
            // Less than was bought: an administrator's will.
            (30, 500, 15, 3_000),
        ] {
            let buyer = user_with(quota, used);
            let surplus = of_traffic(&buyer, &bought, gigabytes(cleared));
            let amount = surplus.unwrap().unwrap().amount;
            assert_eq!(
                amount,
                Cents::new(worth),
                "{quota} GB, {cleared} cleared, {used} used"
            );
        }
        let month = [PastOrder {
            period: Period::Monthly,
            ..bought[0].clone()
        }];
        let zone = Zone::default();
        for (cleared, used, worth) in [
            (500, 0, 3_000),
            (500, 45, 1_500),
            (545, 0, 1_500),
            (590, 9, 0),
        ] {
            let buyer = user_with(160, used);
            let at = days_into_april(15);
            let surplus = of_time(&buyer, &month, gigabytes(cleared), at, zone).unwrap();
            assert_eq!(
                surplus.amount,
                Cents::new(worth),
                "{cleared} cleared, {used} used"
            );
        }
    }

    /// Whoever comes back after a break has the worth of the new order, of which what was not used of
    /// the old one takes nothing and gives nothing.
    #[test]
    fn after_a_break_the_count_begins_anew() {
        let bought = |id, at, used| PastOrder {
            traffic: Some(Gigabytes::new(100)),
            used_before: Gigabytes::new(used).bytes(),
            created_at: at,
            ..order(id, Period::Monthly, 3_000)
        };
        // June has 30 days.
        let june = days_into_april(61);
        let orders = [bought(1, APRIL, 0), bought(2, june, 10)];
        for (used, worth) in [(10, 3_000), (60, 1_500), (110, 0)] {
            let cleared = Gigabytes::new(used).bytes();
            let buyer = user_with(100, 0);
            let surplus = of_time(&buyer, &orders, cleared, june, Zone::default()).unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "{used} GB used");
        }
    }

    /// Twelve months at 1,000 each are over; three years for 12,000 follow. What is left is worth what
    /// was paid for it, not its part of all that was ever paid.
    #[test]
    fn each_order_is_worth_its_own_price() {
        let mut orders: Vec<PastOrder> = (1..=12)
            .map(|id| order(id, Period::Monthly, 1_000))
            .collect();
        orders.push(order(13, Period::ThreeYearly, 12_000));
        let zone = Zone::default();
        for (months, worth) in [(0, 24_000), (6, 18_000), (12, 12_000), (48, 0)] {
            let now = zone.months_after(APRIL, months);
            let surplus = of_time(&user_with(1, 0), &orders, 0, now, zone).unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "after {months} months");
        }
    }

    /// What was refunded counts nothing, and months that were taken back are over: a month that was bought on
    /// April 6 behind one that is none runs from that day.
    #[test]
    fn what_was_refunded_is_worth_nothing() {
        let refunded = |amount, taken_back| OrderRefunds {
            amount: Cents::new(amount),
            taken_back,
            ..OrderRefunds::default()
        };
        for (amount, taken_back, worth) in [
            (0, false, 1_500 + 3_000),
            (1_000, false, 1_000 + 3_000),
            (3_000, false, 3_000),
            (3_000, true, 2_000),
        ] {
            let first = PastOrder {
                refunds: refunded(amount, taken_back),
                ..order(1, Period::Monthly, 3_000)
            };
            let second = PastOrder {
                created_at: days_into_april(5),
                ..order(2, Period::Monthly, 3_000)
            };
            let now = days_into_april(15);
            let zone = Zone::default();
            let surplus = of_time(&user_with(1, 0), &[first, second], 0, now, zone).unwrap();
            assert_eq!(surplus.amount, Cents::new(worth), "{amount} {taken_back}");
        }
        for (amount, taken_back, worth) in [(1_500, false, 3_375), (6_000, false, 0)] {
            let bought = PastOrder {
                refunds: refunded(amount, taken_back),
                ..order(1, Period::OneTime, 6_000)
            };
            let surplus = of_traffic(&user_with(60, 15), &[bought], 0).unwrap();
            let amount = surplus.map_or(Cents::ZERO, |surplus| surplus.amount);
            assert_eq!(amount, Cents::new(worth));
        }
    }

    #[test]
    fn absurd_amounts_are_errors_and_never_wrap() {
        let rich = [
            order(1, Period::ThreeYearly, i64::MAX),
            order(2, Period::Monthly, i64::MAX),
        ];
        assert_eq!(
            of_time(&user_with(1, 0), &rich, 0, APRIL, Zone::default()),
            Err(MoneyOverflow)
        );
    }
}
