//! What every repository uses: reading rows, lists, bulks of values, sums, turns.

pub(super) mod bulk;
pub(super) mod lists;
pub(super) mod named_texts;
pub(super) mod places;
pub(super) mod reading;
pub(super) mod schema_connection;
pub(super) mod store;
pub(super) mod sums;
pub(super) mod turns;
pub(super) mod values;
