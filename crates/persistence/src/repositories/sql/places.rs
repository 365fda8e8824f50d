//! Orders of rows.

use super::super::dialect;

/// The statement that gives each of these rows, of which there is one at least, its place, and `changed` to
/// all of them. It is short of placeholders for long orders, and numbers need none.
pub(in super::super) fn written(table: &str, places: &[(i64, i64)], changed: &str) -> String {
    let rows: Vec<[i64; 2]> = places.iter().map(|(id, place)| [*id, *place]).collect();
    dialect::update_rows(table, &format!("sort = v.column2{changed}"), &rows)
}
