//! What a client asked of a list, before it is judged.

/// What a client asked of a list, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The page, from 1.
    pub page: Option<i64>,
    /// Rows of a page.
    pub rows: Option<i64>,
    /// Conditions, in their order.
    pub filters: Vec<AskedFilter>,
    /// Columns to sort by, in their order.
    pub sorts: Vec<AskedSort>,
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedFilter {
    /// The column.
    pub column: String,
    /// What of it is wanted.
    pub value: Given,
    /// Whether it begins another alternative.
    pub is_or: bool,
}

impl AskedFilter {
    /// A condition that must hold beside the others.
    pub fn new(column: impl Into<String>, value: Given) -> Self {
        Self {
            column: column.into(),
            value,
            is_or: false,
        }
    }
}

/// The value of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// One text, which may name an operator.
    One(String),
    /// Several, of which one is wanted.
    Many(Vec<String>),
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSort {
    /// The column.
    pub column: String,
    /// The largest first.
    pub is_descending: bool,
}
