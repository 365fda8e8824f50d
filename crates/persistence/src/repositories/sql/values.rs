//! Values as columns take them, and failures as they are told.

use diesel::sql_types::BigInt;
use ferroboard_kernel::StoreError;

use crate::failure::Failure;
use crate::fixed::{Fixed, fixed};
use crate::pool;

pub(in super::super) fn reported<E: Into<Failure>>(error: E) -> StoreError {
    let error = error.into().0;
    match error {
        StoreError::Unavailable(_) => pool::note_loss(),
        StoreError::Full(_) => pool::note_full(),
        _ => {}
    }
    error
}

/// A flag in a form that every column of flags takes: PostgreSQL reads the bare literal as whatever
/// the column is, `boolean` in a database that Xboard made and an integer in ours.
pub(in super::super) fn flag(set: bool) -> Fixed<BigInt> {
    fixed(if set { "'1'" } else { "'0'" })
}

/// Whether a text that a client sent can be stored at all; no row has one that cannot.
pub(in super::super) fn is_storable(text: &str) -> bool {
    // PostgreSQL has no NUL in texts.
    !text.contains('\0')
}

/// A text of a client's or a gateway's as a column of 255 characters takes it.
pub(in super::super) fn line(text: &str) -> String {
    text.chars()
        .filter(|character| *character != '\0')
        .take(255)
        .collect()
}

/// How many rows a statement changed.
pub(in super::super) fn rows(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
