use crate::column::{Column, Direction, Holds};
use crate::number::Number;
use crate::page::Page;

/// What is asked of a list, in the list's own words. Only [`Listing`](crate::Listing) makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    pub(crate) page: Page,
    pub(crate) filters: Vec<Filter>,
    pub(crate) sorts: Vec<Sort>,
}

impl ListRequest {
    /// Which part of the list.
    pub const fn page(&self) -> Page {
        self.page
    }

    /// Which rows belong on the list, in their order.
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// What is sorted by, in its order; each column once.
    pub fn sorts(&self) -> &[Sort] {
        &self.sorts
    }
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub(crate) column: &'static Column,
    pub(crate) test: Test,
    pub(crate) is_or: bool,
}

impl Filter {
    /// The column.
    pub const fn column(&self) -> &'static Column {
        self.column
    }

    /// What must be true of it.
    pub const fn test(&self) -> &Test {
        &self.test
    }

    /// Whether it begins another alternative. All conditions of one alternative must hold.
    pub const fn is_or(&self) -> bool {
        self.is_or
    }
}

/// What must be true of a value. Nothing but [`Test::Null`] is true of an absent one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    OneOf(Vec<Operand>),
    /// It stands so to this.
    Compare(Comparison, Operand),
    /// As it is written, it contains this text.
    Contains(String),
    /// As it is written, it does not.
    Lacks(String),
    /// As it is written, it is this text.
    Reads(String),
    /// It is absent.
    Null,
    /// It is not.
    NotNull,
}

/// How a value stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Above it.
    Greater,
    /// Above it or equal.
    GreaterOrEqual,
    /// Below it.
    Less,
    /// Below it or equal.
    LessOrEqual,
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// The values of a column of texts.
    Text(String),
    /// The values of any other.
    Number(Number),
}

/// What is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Which end comes first.
    pub direction: Direction,
}
