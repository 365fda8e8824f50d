//! What an address asks of a list: `?page=2&rows=50&sort=-created_at&f.email=a@b.test&f.status=1`.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand fields over by reference"
)]

use ferroboard_listing::{Asked, AskedFilter, AskedSort, Given};

use crate::visitor::Visitor;

/// What stands before the columns of conditions.
const CONDITION: &str = "f.";
/// How many rows a page has where the address does not say.
const USUAL_ROWS: i64 = 20;
/// How many rows a page has at most.
const MOST_ROWS: i64 = 1_000;

/// What an address asks of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListQuery {
    path: String,
    page: i64,
    rows: i64,
    sort: Option<(String, bool)>,
    /// Columns with what is wanted of them, in their order.
    filters: Vec<(String, String)>,
    /// What the address says beside the list.
    others: Vec<(String, String)>,
    is_csv: bool,
}

impl ListQuery {
    /// What the visitor's address asks.
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self::read(visitor.path(), visitor.query())
    }

    /// What a path with this query asks.
    pub(crate) fn read(path: &str, query: &str) -> Self {
        let mut read = Self {
            path: path.to_owned(),
            page: 1,
            rows: USUAL_ROWS,
            sort: None,
            filters: Vec::new(),
            others: Vec::new(),
            is_csv: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            read.take(&name, value.trim());
        }
        if read.is_csv {
            // A table for spreadsheets has no pages.
            read.page = 1;
        }
        read
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "page" => self.page = value.parse().unwrap_or(1),
            "rows" => self.rows = value.parse().unwrap_or(USUAL_ROWS),
            "sort" if !value.is_empty() => {
                let column = value.strip_prefix('-');
                let is_descending = column.is_some();
                self.sort = Some((column.unwrap_or(value).to_owned(), is_descending));
            }
            "format" => self.is_csv = value == "csv",
            _ if value.is_empty() => {}
            name => match name.strip_prefix(CONDITION) {
                Some(column) => self.filters.push((column.to_owned(), value.to_owned())),
                None => self.others.push((name.to_owned(), value.to_owned())),
            },
        }
    }

    /// The same as a client of the API would ask it.
    pub(crate) fn asked(&self) -> Asked {
        let filters = self.filters.iter();
        let filters = filters
            .map(|(column, value)| AskedFilter::new(column.clone(), Given::One(value.clone())));
        let sorts = self.sort.iter().map(|(column, is_descending)| AskedSort {
            column: column.clone(),
            is_descending: *is_descending,
        });
        Asked {
            page: Some(self.page),
            rows: Some(self.rows),
            filters: filters.collect(),
            sorts: sorts.collect(),
        }
    }

    /// What is wanted of a column; empty where nothing is.
    pub(crate) fn filter(&self, column: &str) -> &str {
        let mut filters = self.filters.iter();
        let found = filters.find(|(known, _)| known == column);
        found.map_or("", |(_, value)| value)
    }

    /// What the address says beside the list; empty where nothing is said.
    pub(crate) fn other(&self, name: &str) -> &str {
        let mut others = self.others.iter();
        let found = others.find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Whether a table for spreadsheets is wanted in place of a page.
    pub(crate) fn is_csv(&self) -> bool {
        self.is_csv
    }

    /// The number of the page.
    pub(crate) fn number(&self) -> i64 {
        self.page.max(1)
    }

    /// How many pages so many rows have.
    pub(crate) fn pages(&self, total: i64) -> i64 {
        let rows = self.rows.clamp(1, MOST_ROWS);
        (total.saturating_add(rows - 1) / rows).max(1)
    }

    /// Whether the list has more than one page.
    pub(crate) fn is_long(&self, last: &i64) -> bool {
        *last > 1
    }

    /// Whether there are pages behind this one.
    pub(crate) fn has_more(&self, last: &i64) -> bool {
        self.number() < *last
    }

    /// The path of the list.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the list is sorted by this column, and how: `ascending` or `descending`.
    pub(crate) fn order_of(&self, column: &str) -> Option<&'static str> {
        let (sorted, is_descending) = self.sort.as_ref()?;
        let order = if *is_descending {
            "descending"
        } else {
            "ascending"
        };
        (sorted == column).then_some(order)
    }

    /// The address of another page of the same.
    pub(crate) fn page_href(&self, number: i64) -> String {
        self.href(self.sort.as_ref(), &[("page", number.to_string())])
    }

    /// The address of the same sorted by a column; the other way round where it is sorted by it.
    pub(crate) fn sort_href(&self, column: &str) -> String {
        let is_descending = self.order_of(column) != Some("descending");
        self.href(Some(&(column.to_owned(), is_descending)), &[])
    }

    /// The address of the same for spreadsheets.
    pub(crate) fn csv_href(&self) -> String {
        self.href(self.sort.as_ref(), &[("format", "csv".to_owned())])
    }

    /// What a form of conditions keeps of the address: everything but the conditions and the page.
    pub(crate) fn kept(&self) -> Vec<(String, String)> {
        let mut kept = self.others.clone();
        if let Some((column, is_descending)) = &self.sort {
            let sign = if *is_descending { "-" } else { "" };
            kept.push(("sort".to_owned(), format!("{sign}{column}")));
        }
        if self.rows != USUAL_ROWS && !self.is_csv {
            kept.push(("rows".to_owned(), self.rows.to_string()));
        }
        kept
    }

    fn href(&self, sort: Option<&(String, bool)>, more: &[(&str, String)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.others {
            query.append_pair(name, value);
        }
        for (column, value) in &self.filters {
            query.append_pair(&format!("{CONDITION}{column}"), value);
        }
        if let Some((column, is_descending)) = sort {
            let sign = if *is_descending { "-" } else { "" };
            query.append_pair("sort", &format!("{sign}{column}"));
        }
        if self.rows != USUAL_ROWS && !self.is_csv {
            query.append_pair("rows", &self.rows.to_string());
        }
        for (name, value) in more {
            query.append_pair(name, value);
        }
        match query.finish().as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_what_they_ask() {
        let query = ListQuery::read(
            "/x/users",
            "page=3&sort=-id&f.email=like%3Aa%26b&tab=all&f.id=",
        );
        assert_eq!(query.number(), 3);
        assert_eq!(query.filter("email"), "like:a&b");
        assert_eq!(query.order_of("id"), Some("descending"));
        assert_eq!(query.other("tab"), "all");
        let next = query.page_href(4);
        assert_eq!(
            next,
            "/x/users?tab=all&f.email=like%3Aa%26b&sort=-id&page=4"
        );
        let again = next.split_once('?').unwrap().1;
        assert_eq!(ListQuery::read("/x/users", again).number(), 4);
        assert!(query.sort_href("id").contains("sort=id"));
        assert!(query.sort_href("email").contains("sort=-email"));
    }

    #[test]
    fn nonsense_asks_for_the_first_page() {
        let query = ListQuery::read("/x", "page=abc&rows=&sort=&f.id=&tab=");
        assert_eq!(
            (query.number(), query.page_href(2).as_str()),
            (1, "/x?page=2")
        );
    }
}
