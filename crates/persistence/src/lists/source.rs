use ferroboard_listing::Holds;

use crate::kind::Kind;

/// Where a list reads from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    /// The table.
    pub(crate) table: &'static str,
    /// Its key, by which equal rows are told apart.
    pub(crate) key: &'static str,
    /// Columns that each row has, so that no order says where a row without one stands: an index of the column
    /// alone then has PostgreSQL's order.
    pub(crate) filled: &'static [&'static str],
    /// The columns that are elsewhere than in the table's column of their name.
    pub(crate) places: &'static [(&'static str, Place)],
}

/// Where a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// In this column of the table.
    Column(&'static str),
    /// Made of columns of the table.
    Made(fn() -> String),
    /// In the row of another table that belongs to this table's row.
    Related {
        /// The other table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// By which of its columns the row is found.
        key: &'static str,
        /// Which column of this table holds the same.
        by: &'static str,
    },
}

/// What the other table is called, which may be the same one.
const RELATED: &str = "related";

impl Source {
    fn place(&self, name: &'static str) -> Place {
        let mut places = self.places.iter();
        let place = places.find(|(column, _)| *column == name);
        place.map_or(Place::Column(name), |(_, place)| *place)
    }

    /// A column of the table.
    fn column(&self, kind: Kind, name: &str) -> String {
        format!("{}.{}", self.table, kind.quote(name))
    }

    /// The column of its key.
    pub(crate) fn key_column(&self, kind: Kind) -> String {
        self.column(kind, self.key)
    }

    /// A column as an expression; NULL where there is no related row.
    pub(crate) fn expression(&self, kind: Kind, name: &'static str) -> String {
        match self.place(name) {
            Place::Column(column) => self.column(kind, column),
            Place::Made(expression) => expression(),
            Place::Related { .. } => {
                let (value, within) = self.within(kind, name);
                let table = within.unwrap_or_default();
                format!("(SELECT {value} FROM {table})")
            }
        }
    }

    /// A column where its row is at hand, and what that row is among if it is not the list's own.
    pub(super) fn within(&self, kind: Kind, name: &'static str) -> (String, Option<String>) {
        match self.place(name) {
            Place::Related {
                table,
                column,
                key,
                by,
            } => {
                let value = format!("{RELATED}.{}", kind.quote(column));
                let by = self.column(kind, by);
                let among = format!("{table} AS {RELATED} WHERE {RELATED}.{key} = {by}");
                (value, Some(among))
            }
            _ => (self.expression(kind, name), None),
        }
    }
}

/// A column of numbers as one that the database compares with numbers: PostgreSQL has flags that are none
/// in a database that Xboard made.
pub(super) fn number(kind: Kind, holds: Holds, value: &str) -> String {
    match (kind, holds) {
        (Kind::Postgres, Holds::Flag) => format!("CAST({value} AS integer)"),
        _ => value.to_owned(),
    }
}
