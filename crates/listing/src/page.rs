/// How many rows the pages of a list have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRule {
    /// Where nothing is said.
    pub usual: i64,
    /// At least.
    pub least: i64,
    /// At most.
    pub most: i64,
}

/// What the reference panel's paginator has for 0 rows.
const FOR_NONE: i64 = 15;

impl PageRule {
    /// The tables of administrators.
    pub const TABLE: Self = Self::new(10, 1, 1_000);

    /// `usual` rows, or as many as are asked for, from `least` to `most`.
    pub const fn new(usual: i64, least: i64, most: i64) -> Self {
        Self { usual, least, most }
    }

    /// Always so many.
    pub const fn always(rows: i64) -> Self {
        Self::new(rows, rows, rows)
    }

    /// Whether a page may have so many, for lists that refuse others instead of taking the nearest.
    pub const fn admits(self, rows: i64) -> bool {
        self.least <= rows && rows <= self.most
    }

    /// The page that was asked for, within the bounds.
    pub fn page(self, number: Option<i64>, rows: Option<i64>) -> Page {
        let rows = rows.unwrap_or(self.usual).min(self.most);
        Page {
            number: number.unwrap_or(1).max(1),
            rows: rows.max(self.least).max(1),
        }
    }

    /// The same as the tables of administrators ask it, where 0 rows are as many as the reference panel
    /// makes of them.
    pub(crate) fn table_page(self, number: Option<i64>, rows: Option<i64>) -> Page {
        let rows = rows.map(|rows| if rows == 0 { FOR_NONE } else { rows });
        self.page(number, rows)
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: i64,
    rows: i64,
}

impl Page {
    /// Its number, from 1.
    pub const fn number(self) -> i64 {
        self.number
    }

    /// How many rows it has at most.
    pub const fn rows(self) -> i64 {
        self.rows
    }

    /// How many rows stand before it.
    pub const fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.rows)
    }

    /// The number of the last page of a list of so many rows: at least 1.
    pub fn last(self, total: i64) -> i64 {
        let full = total.saturating_add(self.rows - 1) / self.rows;
        full.max(1)
    }
}

/// What was found of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// How many rows all pages have.
    pub total: i64,
}

impl<T> Found<T> {
    /// The same rows as something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Found<U> {
        Found {
            rows: self.rows.into_iter().map(change).collect(),
            total: self.total,
        }
    }
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            total: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_bounds() {
        let rule = PageRule::new(15, 1, 100);
        for (number, rows, offset, limit) in [
            (None, None, 0, 15),
            (Some(3), Some(10), 20, 10),
            (Some(0), Some(0), 0, 1),
            (Some(-5), Some(1_000), 0, 100),
            (Some(i64::MIN), Some(i64::MIN), 0, 1),
            (Some(i64::MAX), Some(100), i64::MAX, 100),
        ] {
            let page = rule.page(number, rows);
            assert_eq!((page.offset(), page.rows()), (offset, limit));
        }
        let page = PageRule::always(10).page(None, Some(3));
        for (total, last) in [(0, 1), (10, 1), (11, 2), (i64::MAX, i64::MAX / 10)] {
            assert_eq!(page.last(total), last, "{total}");
        }
    }

    #[test]
    fn no_rows_are_fifteen_in_tables() {
        for (asked, expected) in [
            (None, 10),
            (Some(0), 15),
            (Some(-1), 1),
            (Some(1_001), 1_000),
        ] {
            assert_eq!(PageRule::TABLE.table_page(None, asked).rows(), expected);
        }
    }
}
