//! The page of a list.

use actix_web::{HttpRequest, Responder as _};
use askama::Template;
use ferroboard_listing::Found;
use ferroboard_web::{Csv, CsvFile};

use super::cell::{Button, Cell};
use super::query::ListQuery;
use crate::failure::PageResult;
use crate::page::{Page, show};

/// The head of a column.
pub(crate) struct Head {
    /// What the list calls the column; empty for what it does not have.
    pub(crate) column: &'static str,
    /// What people call it.
    pub(crate) label: String,
    /// Whether the list can be sorted by it.
    pub(crate) is_sortable: bool,
}

impl Head {
    /// A column that the list can be sorted by.
    pub(crate) fn sorted(column: &'static str, label: impl Into<String>) -> Self {
        Self {
            column,
            label: label.into(),
            is_sortable: true,
        }
    }

    /// Any other column.
    pub(crate) fn plain(label: impl Into<String>) -> Self {
        Self {
            column: "",
            label: label.into(),
            is_sortable: false,
        }
    }
}

/// A row.
pub(crate) struct Row {
    /// What a bulk action sends of it, as `ids[]`; empty where there is none.
    pub(crate) key: String,
    /// A cell for each head.
    pub(crate) cells: Vec<Cell>,
}

/// A field by which the list is narrowed.
pub(crate) struct Filter {
    /// The column.
    pub(crate) column: &'static str,
    /// What people call it.
    pub(crate) label: String,
    /// What is offered, with what people call it; any text where there is nothing. What is not wanted is an
    /// empty value, and need not be listed.
    pub(crate) choices: Vec<(String, String)>,
}

impl Filter {
    /// A field for a text.
    pub(crate) fn text(column: &'static str, label: impl Into<String>) -> Self {
        Self {
            column,
            label: label.into(),
            choices: Vec::new(),
        }
    }

    /// A field with choices.
    pub(crate) fn choice(
        column: &'static str,
        label: impl Into<String>,
        choices: Vec<(String, String)>,
    ) -> Self {
        Self {
            choices,
            ..Self::text(column, label)
        }
    }
}

/// What can be done with the rows that are ticked.
pub(crate) struct Bulk {
    /// The path that the form is sent to.
    pub(crate) action: String,
    /// What stands on the button.
    pub(crate) label: String,
    /// What is asked before, where the browser runs the script.
    pub(crate) confirm: String,
}

/// A list as a page, or as a table for spreadsheets where the address asks for one.
#[derive(Template)]
#[template(path = "list/page.html")]
pub(crate) struct ListPage {
    /// The page.
    pub(crate) page: Page,
    /// What was asked.
    pub(crate) list: ListQuery,
    /// The columns.
    pub(crate) heads: Vec<Head>,
    /// The rows of this page.
    pub(crate) rows: Vec<Row>,
    /// How many rows all pages have.
    pub(crate) total: i64,
    /// How many pages there are.
    pub(crate) last: i64,
    /// How the list can be narrowed.
    pub(crate) filters: Vec<Filter>,
    /// What can be done with rows that are ticked.
    pub(crate) bulk: Vec<Bulk>,
    /// Links above the list, such as to the form for a new row.
    pub(crate) links: Vec<(String, String)>,
    /// What can be done above the list.
    pub(crate) buttons: Vec<Button>,
    /// What is said above the list.
    pub(crate) hint: String,
}

impl ListPage {
    /// A list with what was found.
    pub(crate) fn new(page: Page, list: ListQuery, heads: Vec<Head>, found: Found<Row>) -> Self {
        let last = list.pages(found.total);
        Self {
            page,
            list,
            heads,
            rows: found.rows,
            total: found.total,
            last,
            filters: Vec::new(),
            bulk: Vec::new(),
            links: Vec::new(),
            buttons: Vec::new(),
            hint: String::new(),
        }
    }

    /// The cells of a row, each with what its column is called.
    fn labelled<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a str, &'a Cell)> {
        let heads = self.heads.iter().map(|head| head.label.as_str());
        heads.zip(&row.cells)
    }

    /// The answer: a page, or a file with this name for spreadsheets.
    pub(crate) fn answer(&self, request: &HttpRequest, file: &str) -> PageResult {
        if !self.list.is_csv() {
            return show(self);
        }
        let mut csv = Csv::shown();
        let heads = self.heads.iter().filter(|head| !head.label.is_empty());
        csv.line(heads.map(|head| head.label.as_str()));
        for row in &self.rows {
            let cells = self.heads.iter().zip(&row.cells);
            let cells = cells.filter(|(head, _)| !head.label.is_empty());
            csv.line(cells.map(|(_, cell)| cell.plain(&self.page)));
        }
        // So that spreadsheets see that it is UTF-8.
        let text = format!("\u{feff}{}", csv.into_text());
        Ok(CsvFile::whole(format!("{file}.csv"), text).respond_to(request))
    }
}
