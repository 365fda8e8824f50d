//! Stored values that this program cannot read: a time of zeros, a text in a column of numbers.
//!
//! Other programs and people leave them, and none may take more than its own row. Each is told to the
//! log once an hour.

mod examine;

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::result::DeserializeFieldError;
use diesel::row::{Field as _, Row};
use ferroboard_kernel::StoreError;

/// How long a value that was told is not told again.
const SILENCE: Duration = Duration::from_secs(3_600);

/// How many values are remembered as told; while there are more, the others are only counted.
const REMEMBERED: usize = 10_000;

thread_local! {
    /// Whether a value of the row being read was odd.
    static NOTICED: Cell<bool> = const { Cell::new(false) };
}

/// Marks the row being read on this thread: a value of it was taken for another or for none.
pub(crate) fn notice() {
    NOTICED.set(true);
}

/// Where a value is that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{table}.{column} of row {id} holds an impossible value")]
pub(crate) struct Place {
    pub(crate) table: String,
    pub(crate) id: String,
    pub(crate) column: String,
}

impl From<Place> for StoreError {
    fn from(place: Place) -> Self {
        Self::Corrupt {
            table: place.table.into(),
            column: place.column.into(),
            id: place.id,
        }
    }
}

/// The log's lines about odd values, each at most once an hour.
#[derive(Default)]
struct Told {
    places: HashMap<Place, Instant>,
    /// How many found no room.
    untold: u64,
}

impl Told {
    /// Whether the place is to be told now.
    fn is_news(&mut self, place: &Place, now: Instant) -> bool {
        let fresh = |at: &Instant| now.duration_since(*at) < SILENCE;
        if self.places.get(place).is_some_and(fresh) {
            return false;
        }
        if self.places.len() >= REMEMBERED {
            self.places.retain(|_, at| fresh(at));
        }
        if self.places.len() >= REMEMBERED && !self.places.contains_key(place) {
            self.untold = self.untold.saturating_add(1);
            return false;
        }
        self.places.insert(place.clone(), now);
        true
    }
}

static TOLD: LazyLock<Mutex<Told>> = LazyLock::new(Mutex::default);

/// Tells the log about a value that cannot be read and counts as absent, once an hour.
pub(crate) fn tell(place: &Place) {
    let (news, untold) = {
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        let news = told.is_news(place, Instant::now());
        (
            news,
            if news {
                std::mem::take(&mut told.untold)
            } else {
                0
            },
        )
    };
    if news {
        let Place { table, id, column } = place;
        tracing::warn!(table, id, column, "a stored value cannot be read");
    }
    if untold > 0 {
        tracing::warn!(untold, "more stored values cannot be read than are told");
    }
}

/// The same for a value that a rule does not know.
pub(crate) fn tell_of(table: &'static str, id: i64, column: &'static str) {
    tell(&Place {
        table: table.to_owned(),
        id: id.to_string(),
        column: column.to_owned(),
    });
}

/// The same for a text that is to be JSON and is not. Nothing at all is no news: Xboard writes that too.
pub(crate) fn tell_no_json(table: &'static str, id: i64, columns: &[(&'static str, Option<&str>)]) {
    for (column, stored) in columns {
        let text = stored.unwrap_or_default().trim();
        if !text.is_empty() && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            tell_of(table, id, column);
        }
    }
}

/// An error about a value without which its row is of no use; the log is told.
pub(crate) fn corrupt(table: &'static str, id: &impl ToString, column: &'static str) -> StoreError {
    let place = Place {
        table: table.to_owned(),
        id: id.to_string(),
        column: column.to_owned(),
    };
    tell(&place);
    place.into()
}

/// What a value of a row tells about itself.
pub(crate) trait Examine: Backend {
    /// The value, if it is an integer.
    fn integer(value: Self::RawValue<'_>) -> Option<i64>;

    /// Which columns of a result of this type hold integers, as far as only the query knows it.
    fn integers<ST>() -> Vec<bool>
    where
        Self: QueryMetadata<ST>;

    /// Whether the value is none that its column should hold.
    fn is_odd(name: &str, is_integer: bool, value: Self::RawValue<'_>) -> bool;
}

/// Reads one row of a query. What it cannot be read without is an error; other odd values are told.
pub(crate) fn read<'a, DB, ST, U, R>(row: &R, query: &'static str) -> Result<U, Place>
where
    DB: Examine + QueryMetadata<ST>,
    U: FromSqlRow<ST, DB>,
    R: Row<'a, DB>,
{
    NOTICED.set(false);
    match U::build_from_row(row) {
        Ok(built) => {
            if NOTICED.take() {
                tell_odd_columns::<DB, R>(row, query, &DB::integers::<ST>());
            }
            Ok(built)
        }
        Err(error) => {
            let field = error.downcast_ref::<DeserializeFieldError>();
            let column = field.and_then(|field| field.field_name.clone());
            let place = Place {
                table: table_of(query).to_owned(),
                id: number_of(row),
                column: column.unwrap_or_else(|| "?".to_owned()),
            };
            tell(&place);
            Err(place)
        }
    }
}

fn tell_odd_columns<'a, DB: Examine, R: Row<'a, DB>>(row: &R, query: &str, integers: &[bool]) {
    for place in 0..row.field_count() {
        let Some(field) = row.get(place) else {
            continue;
        };
        let name = field.field_name().unwrap_or("?");
        let is_integer = integers.get(place).copied().unwrap_or(false);
        let odd = field
            .value()
            .is_some_and(|value| DB::is_odd(name, is_integer, value));
        if odd {
            tell(&Place {
                table: table_of(query).to_owned(),
                id: number_of(row),
                column: name.to_owned(),
            });
        }
    }
}

/// The row's number, which queries select first.
fn number_of<'a, DB: Examine, R: Row<'a, DB>>(row: &R) -> String {
    let first = row.get(0);
    let number = first.and_then(|field| DB::integer(field.value()?));
    number.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

/// The first table in the name of a query's type, which is the one that the query selects from.
fn table_of(query: &str) -> &str {
    let named = query.split_once("schema::").map(|(_, rest)| rest);
    let table = named.and_then(|rest| rest.split("::").next());
    table.unwrap_or("a query")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: i64) -> Place {
        Place {
            table: "v2_server".into(),
            id: id.to_string(),
            column: "created_at".into(),
        }
    }

    #[test]
    fn a_place_is_told_once_an_hour() {
        let mut told = Told::default();
        let start = Instant::now();
        assert!(told.is_news(&place(1), start));
        assert!(!told.is_news(&place(1), start + Duration::from_secs(3_599)));
        assert!(told.is_news(&place(2), start + Duration::from_secs(3_599)));
        assert!(told.is_news(&place(1), start + SILENCE));
        assert!(!told.is_news(&place(1), start + SILENCE));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut told = Told::default();
        let start = Instant::now();
        for id in 0..20_000 {
            told.is_news(&place(id), start);
        }
        assert_eq!((told.places.len(), told.untold), (REMEMBERED, 10_000));
        assert!(told.is_news(&place(19_999), start + SILENCE));
        assert_eq!(told.places.len(), 1);
    }

    #[test]
    fn a_query_tells_its_table() {
        let query = "SelectStatement<FromClause<ferroboard_persistence::schema::v2_order::table>>";
        assert_eq!(table_of(query), "v2_order");
        assert_eq!(table_of("diesel::query_builder::SqlQuery"), "a query");
    }
}
