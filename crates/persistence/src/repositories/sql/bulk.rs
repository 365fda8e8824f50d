//! Statements over many rows, whose number is known only when they are made.

use super::super::super::dialect;
use crate::rows::{numbers, tuples};

/// The placeholders of so many rows of so many columns, for `INSERT … VALUES`.
pub(in super::super) fn rows_of(rows: usize, columns: usize) -> String {
    written(rows, columns, "")
}

/// The same for rows that end alike.
pub(in super::super) fn rows_with(rows: usize, columns: usize, end: &str) -> String {
    written(rows, columns, &format!(", {end}"))
}

fn written(rows: usize, columns: usize, end: &str) -> String {
    let row = |row: usize| {
        let places = (1..=columns).map(|column| dialect::placeholder(row * columns + column));
        format!("({}{end})", places.collect::<Vec<_>>().join(", "))
    };
    let rows = (0..rows).map(row);
    rows.collect::<Vec<_>>().join(", ")
}

/// What stands behind `FROM` to find the rows `s` of a table that meet a condition and have one of these
/// numbers, each named once, in a column.
pub(in super::super) fn found_by(
    table: &str,
    column: &str,
    wanted: &[i64],
    condition: &str,
) -> String {
    if dialect::LOOKS_UP_EACH {
        let wanted: Vec<[i64; 1]> = wanted.iter().map(|number| [*number]).collect();
        format!(
            "(VALUES {}) AS v CROSS JOIN LATERAL \
             (SELECT * FROM {table} WHERE {column} = v.column1 AND {condition} OFFSET 0) AS s",
            tuples(&wanted)
        )
    } else {
        let wanted = numbers(wanted.iter().copied());
        format!("{table} AS s WHERE {condition} AND {column} IN ({wanted})")
    }
}

/// A statement that deletes the first rows of a table that meet a condition, so many at most.
pub(in super::super) fn delete_first(table: &str, condition: &str, limit: u32) -> String {
    selected(table, "id", condition, limit)
}

/// The same for a table whose primary key is this column, and a condition that reads the row alone.
pub(in super::super) fn delete_first_by(
    table: &str,
    key: &str,
    condition: &str,
    limit: u32,
) -> String {
    if dialect::LIMITS_DELETES {
        // By the index of the condition, so that no other row is locked on the way.
        format!("DELETE FROM {table} WHERE {condition} LIMIT {limit}")
    } else {
        selected(table, key, condition, limit)
    }
}

fn selected(table: &str, key: &str, condition: &str, limit: u32) -> String {
    // Selected once more, as MySQL neither limits a subquery nor reads the table that it changes.
    format!(
        "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM \
         (SELECT {key} FROM {table} WHERE {condition} LIMIT {limit}) AS found)"
    )
}
