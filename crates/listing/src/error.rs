use thiserror::Error;

/// Why a list is not shown as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ListError {
    /// A condition on a column that the list does not have.
    #[error("the list has no such column to filter by")]
    FilterUnknown,
    /// An order by a column that the list does not have, or does not sort by.
    #[error("the list is not sorted by such a column")]
    SortUnknown,
    /// An operator that the column does not have.
    #[error("the column is not filtered so")]
    OperatorRefused,
    /// A word where a number belongs.
    #[error("the column is filtered by numbers")]
    NumberExpected,
    /// More conditions or values than one request may have, or a longer text.
    #[error("too much is filtered by at once")]
    TooMuch,
}
