//! Rows of hand-written statements, whose columns are found by name.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use crate::integer::Int;

/// A count.
#[derive(QueryableByName)]
pub(crate) struct Count {
    /// The column of that name.
    #[diesel(sql_type = BigInt)]
    pub(crate) count: Int,
}

/// One text of the database's catalogue.
#[derive(QueryableByName)]
pub(crate) struct Line {
    /// The column of that name.
    #[diesel(sql_type = Text)]
    pub(crate) text: String,
}
