//! On which day a subscription ends that is prolonged.

use chrono::{Datelike as _, NaiveDate};
use ferroboard_kernel::{UnixSeconds, Zone};

use crate::PastOrder;

/// The end of a running subscription that is prolonged by so many months.
///
/// A subscription that began on the 31st ends on the last day of a shorter month. Where the buyer's
/// orders tell that it did, the months are counted on to the day on which it began, so that renewing
/// in February loses nothing; everywhere else to the day of the present end.
pub(crate) fn prolonged(
    end: UnixSeconds,
    months: u32,
    completed: &[PastOrder],
    zone: Zone,
) -> UnixSeconds {
    let shown = zone.wall_clock(end);
    match anchor(shown.date(), completed, zone) {
        Some(day) => zone.day_in_month(end, months, day, shown.time()),
        None => zone.months_after(end, months),
    }
}

/// The day of the month on which the subscription that ends on this date began, if the date is the
/// last of its month and earlier than that day: that of an order from which on the bought months
/// lead to the date.
fn anchor(end: NaiveDate, completed: &[PastOrder], zone: Zone) -> Option<u32> {
    if end.succ_opt()?.day() != 1 {
        return None;
    }
    let bought: Vec<(UnixSeconds, u32)> = completed
        .iter()
        .filter_map(|order| {
            Some((
                order.paid_at.unwrap_or(order.created_at),
                order.period.months()?,
            ))
        })
        .collect();
    let mut from = bought.as_slice();
    while let [(began, _), later @ ..] = from {
        let months = from.iter().map(|(_, months)| *months);
        let months = months.fold(0, u32::saturating_add);
        let leads_to = zone.wall_clock(zone.months_after(*began, months)).date();
        let day = zone.wall_clock(*began).day();
        if leads_to == end {
            return (day > end.day()).then_some(day);
        }
        from = later;
    }
    None
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use ferroboard_kernel::UserId;
    use proptest::prelude::*;

    use super::*;
    use crate::Period;
    use crate::testing::a_completed_order;

    fn at(text: &str) -> UnixSeconds {
        let shown = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        Zone::default().instant(shown)
    }

    fn bought(orders: &[(Period, &str)]) -> Vec<PastOrder> {
        let orders = (1..).zip(orders);
        let order = |(id, (period, paid)): (i64, &(Period, &str))| {
            PastOrder::from(&a_completed_order(
                id,
                UserId::new(7),
                *period,
                990,
                at(paid),
            ))
        };
        orders.map(order).collect()
    }

    #[test]
    fn a_renewal_counts_on_to_the_day_on_which_the_subscription_began() {
        use Period::{Monthly, OneTime, Quarterly, ResetTraffic, Yearly};
        for (orders, end, months, expected) in [
            (
                &[(Monthly, "2026-01-31 09:00:00")][..],
                "2026-02-28 09:00:01",
                1,
                "2026-03-31 09:00:01",
            ),
            (
                &[(Monthly, "2026-01-29 09:00:00")],
                "2026-02-28 09:00:00",
                12,
                "2027-02-28 09:00:00",
            ),
            (
                &[(Yearly, "2024-02-29 09:00:00")],
                "2025-02-28 09:00:00",
                36,
                "2028-02-29 09:00:00",
            ),
            // Two renewals, with other orders between them.
            (
                &[
                    (Monthly, "2026-01-31 09:00:00"),
                    (ResetTraffic, "2026-02-01 09:00:00"),
                    (Quarterly, "2026-02-20 09:00:00"),
                    (Quarterly, "2026-05-01 09:00:00"),
                ],
                "2026-08-31 09:00:00",
                1,
                "2026-09-30 09:00:00",
            ),
            (
                &[
                    (Monthly, "2026-01-31 09:00:00"),
                    (Quarterly, "2026-02-20 09:00:00"),
                    (Quarterly, "2026-05-01 09:00:00"),
                    (Monthly, "2026-08-01 09:00:00"),
                ],
                "2026-09-30 09:00:00",
                1,
                "2026-10-31 09:00:00",
            ),
            // An older subscription that was over tells nothing about this one.
            (
                &[
                    (Monthly, "2020-01-31 09:00:00"),
                    (OneTime, "2021-01-31 09:00:00"),
                    (Monthly, "2026-01-31 09:00:00"),
                ],
                "2026-02-28 09:00:00",
                1,
                "2026-03-31 09:00:00",
            ),
            // It began on this day, or its end was moved: nobody knows of another day.
            (
                &[(Monthly, "2026-01-28 09:00:00")],
                "2026-02-28 09:00:00",
                1,
                "2026-03-28 09:00:00",
            ),
            (
                &[(Monthly, "2026-01-31 09:00:00")],
                "2026-04-30 09:00:00",
                1,
                "2026-05-30 09:00:00",
            ),
            (&[], "2026-02-28 09:00:00", 1, "2026-03-28 09:00:00"),
            (
                &[(Monthly, "2026-01-31 09:00:00")],
                "2026-02-27 09:00:00",
                1,
                "2026-03-27 09:00:00",
            ),
        ] {
            let found = prolonged(at(end), months, &bought(orders), Zone::default());
            assert_eq!(
                found,
                at(expected),
                "{orders:?} until {end}, {months} months"
            );
        }
    }

    proptest! {
        /// However the months are divided into orders, a subscription that is renewed in time ends when
        /// one order for all of them would end.
        #[test]
        fn renewals_do_not_drift(
            began in 1_600_000_000_i64..1_900_000_000,
            periods in prop::collection::vec(0_usize..6, 1..12),
        ) {
            let zone = Zone::named("America/New_York").unwrap();
            let began = UnixSeconds::new(began);
            let (mut completed, mut end, mut months) = (Vec::new(), began, 0);
            for (id, period) in (1..).zip(periods) {
                let period = Period::ALL[period];
                let more = period.months().unwrap();
                end = prolonged(end, more, &completed, zone);
                months += more;
                let paid = if completed.is_empty() { began } else { end };
                let order = a_completed_order(id, UserId::new(7), period, 990, paid);
                completed.push(PastOrder::from(&order));
                let at_once = zone.wall_clock(zone.months_after(began, months));
                prop_assert_eq!(zone.wall_clock(end).date(), at_once.date());
            }
        }
    }
}
