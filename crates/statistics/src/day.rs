use ferroboard_kernel::{Cents, UnixSeconds, Zone};

use crate::StatisticsPolicy;

/// A calendar day: from its midnight to the next one, which does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its midnight; `record_at`.
    pub from: UnixSeconds,
    /// The next midnight.
    pub until: UnixSeconds,
}

impl Day {
    /// The day before the one in which the instant lies.
    pub fn before(at: UnixSeconds, zone: Zone) -> Self {
        Self {
            from: zone.start_of_day_before(at),
            until: zone.start_of_day(at),
        }
    }

    /// The days to be recorded at `now`, the earliest first: yesterday, and those before it that
    /// have ended since the last record was made, as far back as the policy goes.
    pub fn unrecorded(last: Option<UnixSeconds>, now: UnixSeconds, zone: Zone) -> Vec<Self> {
        let mut days = vec![Self::before(now, zone)];
        while let Some(earliest) = days.last().copied()
            && days.len() < StatisticsPolicy::LARGEST_GAP
            && last.is_some_and(|last| last < earliest.from)
        {
            days.push(Self::before(earliest.from, zone));
        }
        days.reverse();
        days
    }
}

/// What a day brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySums {
    /// Orders that were placed, whatever became of them.
    pub orders: i64,
    /// What they came to.
    pub order_total: Cents,
    /// Orders that were paid and neither wait nor were cancelled.
    pub paid_orders: i64,
    /// What they came to.
    pub paid_total: Cents,
    /// Commission that was paid.
    pub commissions: i64,
    /// What it came to.
    pub commission_total: Cents,
    /// Accounts that were made.
    pub registrations: i64,
    /// Those of them that were invited.
    pub invitations: i64,
    /// Bytes that nodes carried.
    pub traffic: i64,
}

/// The largest number that the columns of `v2_stat` hold.
const LARGEST: i64 = 2_147_483_647;

impl DaySums {
    /// The same within the range of the columns. A day beyond it is shown as the largest there is
    /// rather than not at all.
    #[must_use]
    pub fn fitting(self) -> Self {
        let count = |number: i64| number.min(LARGEST);
        let total = |sum: Cents| Cents::new(sum.get().min(LARGEST));
        Self {
            orders: count(self.orders),
            order_total: total(self.order_total),
            paid_orders: count(self.paid_orders),
            paid_total: total(self.paid_total),
            commissions: count(self.commissions),
            commission_total: total(self.commission_total),
            registrations: count(self.registrations),
            invitations: count(self.invitations),
            // A text in its column.
            traffic: self.traffic,
        }
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Seconds;
    use proptest::prelude::*;

    use super::*;

    /// 2025-01-01 00:00 in Shanghai.
    const NEW_YEAR: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn day(number: i64) -> UnixSeconds {
        NEW_YEAR.plus(Seconds::days(number))
    }

    fn starts(last: Option<UnixSeconds>, now: UnixSeconds) -> Vec<UnixSeconds> {
        let days = Day::unrecorded(last, now, Zone::default());
        days.iter().map(|day| day.from).collect()
    }

    #[test]
    fn yesterday_is_recorded_and_what_was_missed() {
        let ten_past = |number| day(number).plus(Seconds::minutes(10));
        for (last, expected) in [
            (None, vec![day(9)]),
            (Some(ten_past(10)), vec![day(9)]),
            (Some(ten_past(9)), vec![day(9)]),
            (Some(day(9)), vec![day(9)]),
            (Some(day(9).minus(Seconds::new(1))), vec![day(8), day(9)]),
            (Some(ten_past(7)), vec![day(7), day(8), day(9)]),
            (
                Some(day(-100)),
                vec![day(3), day(4), day(5), day(6), day(7), day(8), day(9)],
            ),
        ] {
            assert_eq!(starts(last, ten_past(10)), expected, "{last:?}");
        }
    }

    #[test]
    fn a_day_may_have_23_hours() {
        let berlin = Zone::named("Europe/Berlin").unwrap_or_default();
        // 2024-04-01 00:00 in Berlin.
        let day = Day::before(UnixSeconds::new(1_711_922_400), berlin);
        assert_eq!(day.until.since(day.from), Seconds::hours(23));
    }

    #[test]
    fn sums_stay_within_their_columns() {
        let much = DaySums {
            order_total: Cents::new(3_000_000_000),
            orders: 5,
            traffic: 9_000_000_000,
            ..DaySums::default()
        };
        let expected = DaySums {
            order_total: Cents::new(2_147_483_647),
            ..much
        };
        assert_eq!(much.fitting(), expected);
    }

    proptest! {
        /// Days follow one another without gap or overlap, and the last one ends today.
        #[test]
        fn days_follow_one_another(
            now in 1_600_000_000_i64..2_000_000_000,
            gap in 0_i64..3_000_000,
            zone in proptest::sample::select(vec!["Asia/Shanghai", "Europe/Berlin", "UTC"]),
        ) {
            let zone = Zone::named(zone).unwrap_or_default();
            let now = UnixSeconds::new(now);
            let days = Day::unrecorded(Some(now.minus(Seconds::new(gap))), now, zone);
            prop_assert!((1..=StatisticsPolicy::LARGEST_GAP).contains(&days.len()));
            prop_assert!(days.windows(2).all(|pair| pair[0].until == pair[1].from));
            prop_assert!(days.iter().all(|day| day.from < day.until));
            prop_assert_eq!(days.last().map(|day| day.until), Some(zone.start_of_day(now)));
        }
    }
}
