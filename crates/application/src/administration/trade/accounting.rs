//! The books, as administrators take them to whoever keeps the accounts.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use ferroboard_kernel::{Cents, LedgerKind, UnixSeconds, Zone};

use crate::Error;
use crate::administration::context::AdminContext;
use crate::administration::trade::accounting_queries::{BookLine, BookPlace, Booking};

/// How many lines are read at once.
const BATCH: u32 = 500;

/// The books.
pub struct Accounting(pub(crate) AdminContext);

impl Accounting {
    /// The zone in which days are counted.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// The next lines of these days; none when they are over.
    pub async fn batch(
        &self,
        days: BookDays,
        after: Option<BookPlace>,
    ) -> Result<Vec<BookLine>, Error> {
        let (from, until) = days.times(self.zone());
        let after = after.unwrap_or(BookPlace::before(from));
        let queries = self.0.ports.store.admin()?;
        Ok(queries.list_book_lines(after, until, BATCH).await?)
    }
}

/// Days of the books, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookDays {
    from: NaiveDate,
    to: NaiveDate,
}

impl BookDays {
    /// These days; `None` where the last is before the first.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// The moment at which the first begins, and that at which the last is over.
    fn times(self, zone: Zone) -> (UnixSeconds, UnixSeconds) {
        let midnight = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN));
        let next = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        (midnight(self.from), midnight(next))
    }
}

/// What lines of one kind came to on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySum {
    /// How many lines.
    pub count: u64,
    /// The sum of their amounts.
    pub amount: Cents,
    /// The sum of their fees.
    pub fee: Cents,
    /// The sum of their tax.
    pub tax: Cents,
}

/// What is summed up of one day: receipts, or the entries of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumOf(Option<LedgerKind>);

/// The sums of a day whose lines come one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySums {
    zone: Zone,
    day: Option<NaiveDate>,
    sums: BTreeMap<SumOf, DaySum>,
}

/// A day that is over, with its sums.
pub type SummedDay = (NaiveDate, BTreeMap<SumOf, DaySum>);

impl SumOf {
    /// What it is called: `receipt`, or the ledger's word.
    pub const fn as_str(self) -> &'static str {
        match self.0 {
            None => "receipt",
            Some(kind) => kind.as_str(),
        }
    }
}

impl BookLine {
    /// Under what it is summed up.
    pub const fn sum_of(&self) -> SumOf {
        match &self.booking {
            Booking::Receipt { .. } => SumOf(None),
            Booking::Entry { kind, .. } => SumOf(Some(*kind)),
        }
    }
}

impl DaySums {
    /// Nothing yet, of days in this zone.
    pub const fn new(zone: Zone) -> Self {
        Self {
            zone,
            day: None,
            sums: BTreeMap::new(),
        }
    }

    /// The day that is over with the line, if it is one of a later day. To be asked before [`Self::add`].
    pub fn over(&mut self, at: UnixSeconds) -> Option<SummedDay> {
        let day = self.zone.wall_clock(at).date();
        if self.day.is_some_and(|summed| summed != day) {
            self.take()
        } else {
            None
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] for sums of money that nobody has.
    pub fn add(&mut self, line: &BookLine) -> Result<(), Error> {
        self.day = Some(self.zone.wall_clock(line.at).date());
        let sum = self.sums.entry(line.sum_of()).or_default();
        *sum = sum
            .with(line)
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(())
    }

    /// The day that the last line was of, where there was one.
    pub fn take(&mut self) -> Option<SummedDay> {
        let sums = std::mem::take(&mut self.sums);
        self.day.take().map(|day| (day, sums))
    }
}

impl DaySum {
    fn with(self, line: &BookLine) -> Result<Self, ferroboard_kernel::MoneyOverflow> {
        let (fee, tax) = match &line.booking {
            Booking::Receipt { fee, tax, .. } => (*fee, *tax),
            Booking::Entry { .. } => (Cents::ZERO, Cents::ZERO),
        };
        Ok(Self {
            count: self.count.saturating_add(1),
            amount: self.amount.checked_add(line.amount)?,
            fee: self.fee.checked_add(fee)?,
            tax: self.tax.checked_add(tax)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::UserId;

    use super::*;

    fn entry(at: i64, kind: LedgerKind, amount: i64) -> BookLine {
        BookLine {
            id: at,
            booking: Booking::Entry {
                kind,
                reference: "a".to_owned(),
            },
            user: UserId::new(1),
            amount: Cents::new(amount),
            at: UnixSeconds::new(at),
        }
    }

    /// Days end at midnight of the zone, and each kind is summed up by itself.
    #[test]
    fn a_day_is_summed_up_when_the_next_one_begins() {
        // 2025-01-01 00:00 in Shanghai.
        const MIDNIGHT: i64 = 1_735_660_800;
        let mut sums = DaySums::new(Zone::default());
        assert_eq!(sums.over(UnixSeconds::new(MIDNIGHT)), None);
        let mut days = Vec::new();
        for line in [
            entry(MIDNIGHT - 2, LedgerKind::Deposit, 5),
            entry(MIDNIGHT - 1, LedgerKind::Refund, 7),
            entry(MIDNIGHT - 1, LedgerKind::Deposit, 10),
            entry(MIDNIGHT, LedgerKind::Deposit, 100),
        ] {
            days.extend(sums.over(line.at));
            sums.add(&line).unwrap();
        }
        days.extend(sums.take());
        assert_eq!(sums.take(), None);
        let told: Vec<(String, &str, u64, i64)> = days
            .iter()
            .flat_map(|(day, sums)| {
                sums.iter()
                    .map(|(of, sum)| (day.to_string(), of.as_str(), sum.count, sum.amount.get()))
            })
            .collect();
        let day = |day: &str, of, count, amount| (day.to_owned(), of, count, amount);
        let expected = [
            day("2024-12-31", "refund", 1, 7),
            day("2024-12-31", "deposit", 2, 15),
            day("2025-01-01", "deposit", 1, 100),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn sums_that_nobody_has_are_refused() {
        let mut sums = DaySums::new(Zone::default());
        sums.add(&entry(1, LedgerKind::Deposit, i64::MAX)).unwrap();
        assert!(sums.add(&entry(1, LedgerKind::Deposit, 1)).is_err());
    }
}
