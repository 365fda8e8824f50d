use crate::page::PageRule;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text; ASCII letters compare without regard to case.
    Text,
    /// A whole number.
    Number,
    /// 1 or 0.
    Flag,
    /// A whole number; clients may say these names instead of their numbers.
    Named(&'static [(&'static str, i64)]),
}

/// What may be asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `eq`.
    Equal,
    /// `gt`.
    Greater,
    /// `gte`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `lte`.
    LessOrEqual,
    /// `like`, a text without an operator, and one with an unknown operator.
    Like,
    /// `notlike`.
    NotLike,
    /// `null`.
    Null,
    /// `notnull`.
    NotNull,
    /// A list.
    OneOf,
}

impl Operator {
    /// Each of them.
    pub const ALL: &[Self] = &[
        Self::Equal,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Like,
        Self::NotLike,
        Self::Null,
        Self::NotNull,
        Self::OneOf,
    ];

    /// What a client calls it, if it has a name.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let operator = match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "like" => Self::Like,
            "notlike" => Self::NotLike,
            "null" => Self::Null,
            "notnull" => Self::NotNull,
            _ => return None,
        };
        Some(operator)
    }
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What clients call it.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What may be asked of it.
    pub operators: &'static [Operator],
    /// Whether the list is sorted by it.
    pub is_sortable: bool,
}

impl Column {
    const fn new(name: &'static str, holds: Holds) -> Self {
        Self {
            name,
            holds,
            operators: Operator::ALL,
            is_sortable: true,
        }
    }

    /// A column of texts.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Holds::Text)
    }

    /// A column of whole numbers.
    pub const fn number(name: &'static str) -> Self {
        Self::new(name, Holds::Number)
    }

    /// A column of flags.
    pub const fn flag(name: &'static str) -> Self {
        Self::new(name, Holds::Flag)
    }

    /// A column of numbers with these names.
    pub const fn named(name: &'static str, names: &'static [(&'static str, i64)]) -> Self {
        Self::new(name, Holds::Named(names))
    }

    /// Only these operators.
    #[must_use]
    pub const fn only(self, operators: &'static [Operator]) -> Self {
        Self { operators, ..self }
    }

    /// Nothing is sorted by it.
    #[must_use]
    pub const fn unsorted(self) -> Self {
        Self {
            is_sortable: false,
            ..self
        }
    }
}

/// Which end comes first; what is absent is smaller than everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// What a text means as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// What stands before its first colon is an operator.
    Operators,
    /// Itself, which the column is to contain.
    Plain,
}

/// A list: all that a client may ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// The columns that clients may name. No other is ever read, compared or sorted by for them.
    pub columns: &'static [Column],
    /// How values are read.
    pub words: Words,
    /// Whether `or` is heard; otherwise all conditions must hold.
    pub joins: bool,
    /// What is sorted by at last. The last of these is a key, so that no row is on two pages.
    pub order: &'static [(&'static str, Direction)],
    /// How long a page is.
    pub pages: PageRule,
}
