//! Sums and differences in statements. One value that is too large for them, or no number, would fail
//! the statement for every row: here its row alone does not count.

/// Half of the largest number: two of these can be added.
const HALF: i64 = i64::MAX / 2;

/// A condition on the columns `u`, `d` and `transfer_enable` of a table, such as
/// `u < transfer_enable - d`. It does not hold where they cannot be subtracted.
pub(in super::super) fn of_traffic(table: &str, condition: &str) -> String {
    let both = |from: i64, until: i64| {
        format!(
            "{table}.d BETWEEN {from} AND {until} \
             AND {table}.transfer_enable BETWEEN {from} AND {until}"
        )
    };
    format!(
        "(CASE WHEN {table}.u BETWEEN {} AND {} AND (({}) OR ({})) THEN {condition} \
         ELSE 1 = 0 END)",
        i64::MIN,
        i64::MAX,
        both(0, i64::MAX),
        both(-HALF, HALF),
    )
}

/// The largest number that every column of integers holds.
pub(in super::super) const WIDEST: i64 = 2_147_483_647;

/// A counter that goes up by one, unless it is full or no number.
pub(in super::super) fn one_more(column: &str) -> String {
    format!(
        "CASE WHEN {column} BETWEEN 0 AND {} THEN {column} + 1 ELSE {column} END",
        WIDEST - 1
    )
}

/// The sum of two columns; 0 where they cannot be added.
pub(in super::super) fn of_two(one: &str, other: &str) -> String {
    format!(
        "(CASE WHEN {one} BETWEEN {from} AND {HALF} AND {other} BETWEEN {from} AND {HALF} \
         THEN {one} + {other} ELSE 0 END)",
        from = -HALF
    )
}

/// The sum of a column over many rows, without those whose value is none that a panel can reach.
pub(in super::super) fn of_many(expression: &str) -> String {
    of_many_up_to(expression, LARGEST)
}

/// The same without those beyond `largest` in either direction.
pub(in super::super) fn of_many_up_to(expression: &str, largest: i64) -> String {
    format!(
        "COALESCE(SUM(CASE WHEN {expression} BETWEEN {from} AND {largest} THEN {expression} \
         ELSE 0 END), 0)",
        from = -largest,
    )
}

/// A thousand terabytes, or ten trillion of a currency: thousands of these can be added.
const LARGEST: i64 = 1_000_000_000_000_000;

/// The largest sum of bytes that is kept on counting.
const FULL: i64 = i64::MAX - LARGEST;

/// What a period brought, for a sum of many: nothing where it is more than a panel can reach.
pub(in super::super) fn reachable(expression: &str) -> String {
    format!("(CASE WHEN {expression} BETWEEN 0 AND {LARGEST} THEN {expression} ELSE 0 END)")
}

/// A sum and what [`reachable`] adds to it; a sum that is full or no number stays.
pub(in super::super) fn growing(sum: &str, added: &str) -> String {
    format!("CASE WHEN {sum} BETWEEN 0 AND {FULL} THEN {sum} + {added} ELSE {sum} END")
}
