//! What days brought.

use ferroboard_kernel::{Cents, UnixSeconds, UserId, Zone};
use ferroboard_listing::{Column, Direction, Found, Listing, Page, PageRule, Words};
use ferroboard_statistics::{Day, DaySums};

use crate::Error;
use crate::administration::context::AdminContext;
use crate::administration::statistics::views::{Between, DayRecord, UserDayView};

/// The most days that a list has.
const MOST: u32 = 5_000;

/// What a user transferred as a list, the latest day first.
pub const USER_DAYS: Listing = Listing {
    columns: &[Column::number("record_at")],
    words: Words::Plain,
    joins: false,
    order: &[("record_at", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// What days brought.
pub struct Days(pub(crate) AdminContext);

impl Days {
    /// The zone in which days are counted.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// Now.
    pub fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }

    /// What the days in this time brought, the oldest first. This day, and the one before it as long as it
    /// is not recorded, are summed up now, and are there if they brought something.
    pub async fn list(&self, period: Between) -> Result<Vec<(UnixSeconds, DaySums)>, Error> {
        let store = self.0.ports.store.admin()?;
        let records = store.list_day_records(period, MOST).await?.into_iter();
        let mut days: Vec<_> = records.map(|record| (record.day, record.sums)).collect();
        for day in self.latest() {
            let is_asked = period.from <= day.from && day.from < period.until;
            if !is_asked || days.iter().any(|(known, _)| *known == day.from) {
                continue;
            }
            let sums = store.sum_unrecorded_day(day).await?;
            if sums.paid_orders > 0 || sums.commissions > 0 {
                days.push((day.from, sums));
            }
        }
        days.sort_by_key(|(day, _)| *day);
        Ok(days)
    }

    /// The last days that were recorded, so many at most, the oldest first.
    pub async fn last_records(&self, limit: u32) -> Result<Vec<DayRecord>, Error> {
        let store = self.0.ports.store.admin()?;
        let always = Between {
            from: UnixSeconds::new(i64::MIN),
            until: UnixSeconds::new(i64::MAX),
        };
        Ok(store.list_day_records(always, limit).await?)
    }

    /// What a user transferred, the latest day first.
    pub async fn of_user(&self, user: UserId, page: Page) -> Result<Found<UserDayView>, Error> {
        let store = self.0.ports.store.admin()?;
        Ok(store.list_user_days(user, page).await?)
    }

    /// Yesterday and this day.
    fn latest(&self) -> [Day; 2] {
        let (now, zone) = (self.now(), self.zone());
        let yesterday = Day::before(now, zone);
        let today = Day {
            from: yesterday.until,
            // Nothing was made later than now.
            until: UnixSeconds::new(now.get().saturating_add(1)),
        };
        [yesterday, today]
    }
}

/// What several days brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SummedDays {
    /// What paid orders came to.
    pub paid_total: Cents,
    /// How many they were.
    pub paid_orders: i64,
    /// What commission came to.
    pub commission_total: Cents,
    /// How often some was paid.
    pub commissions: i64,
}

impl SummedDays {
    /// The sums of these days.
    pub fn of<'a>(days: impl IntoIterator<Item = &'a DaySums>) -> Self {
        let add = |one: Cents, other: Cents| Cents::new(one.get().saturating_add(other.get()));
        days.into_iter().fold(Self::default(), |sum, day| Self {
            paid_total: add(sum.paid_total, day.paid_total),
            paid_orders: sum.paid_orders.saturating_add(day.paid_orders),
            commission_total: add(sum.commission_total, day.commission_total),
            commissions: sum.commissions.saturating_add(day.commissions),
        })
    }
}
