use chrono::{Datelike as _, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Timestamp;

use crate::odd_values;

/// A `TIMESTAMP` as a query returns it: nothing where the database holds what is no time.
///
/// MySQL lets zeros and impossible dates in where its mode does not forbid them, SQLite any text, and
/// PostgreSQL has `infinity` and the years after 9999. A row is worth more than one of its times, so that none of these is an
/// error; whoever needs the time must say what happens without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub(crate) struct WallClock(Option<NaiveDateTime>);

impl WallClock {
    /// The time, if there is one and it can be read.
    pub(crate) fn shown(stored: Option<Self>) -> Option<NaiveDateTime> {
        stored.and_then(|stored| stored.0)
    }

    /// Whether there is a time that cannot be read.
    pub(crate) fn is_unreadable(stored: Option<Self>) -> bool {
        stored.is_some_and(|stored| stored.0.is_none())
    }
}

impl<DB> FromSql<Timestamp, DB> for WallClock
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let shown = NaiveDateTime::from_sql(value).ok();
        let shown = shown.filter(|shown| (1..=9_999).contains(&shown.year()));
        if shown.is_none() {
            odd_values::notice();
        }
        Ok(Self(shown))
    }
}
