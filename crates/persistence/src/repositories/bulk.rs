//! Statements over many rows, whose number is known only when they are made.

use super::dialect;

/// The placeholders of so many rows of so many columns, for `INSERT … VALUES`.
pub(super) fn rows_of(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places = (1..=columns).map(|column| dialect::placeholder(row * columns + column));
        format!("({})", places.collect::<Vec<_>>().join(", "))
    };
    let rows = (0..rows).map(row);
    rows.collect::<Vec<_>>().join(", ")
}

/// A statement that deletes the first rows of a table that meet a condition, so many at most.
pub(super) fn delete_first(table: &str, condition: &str, limit: u32) -> String {
    // Selected once more, as MySQL neither limits a subquery nor reads the table that it changes.
    format!(
        "DELETE FROM {table} WHERE id IN (SELECT id FROM \
         (SELECT id FROM {table} WHERE {condition} LIMIT {limit}) AS found)"
    )
}
