//! One page for every list: what a noun says of its columns, filters and actions is made into a table, into the
//! links that sort and turn it, and into lines of comma-separated values.

use ferroboard_listing::{Direction, Found, Listing, Page, PageRule, Words};

use super::asked::{Filter, FilterKind, ListQuery};
use super::cell::{Cell, Spelling};
use crate::list::Cell as Drawn;

/// A column of a list.
pub(crate) struct Column<T: 'static> {
    /// What the address calls it.
    pub(crate) name: &'static str,
    /// What it is called: a name of the catalogue.
    pub(crate) text: &'static str,
    /// The listing's column that it is sorted by.
    pub(crate) sort: Option<&'static str>,
    /// Whether it is shown only when it is asked for.
    pub(crate) is_hidden: bool,
    /// What it shows of a row.
    pub(crate) cell: fn(&T) -> Cell,
}

impl<T: 'static> Column<T> {
    /// A column that nothing is sorted by.
    pub(crate) const fn new(name: &'static str, text: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self {
            name,
            text,
            sort: None,
            is_hidden: false,
            cell,
        }
    }

    /// The same, sorted by the listing's column of this name.
    #[must_use]
    pub(crate) const fn by(self, sort: &'static str) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }

    /// The same, shown only when it is asked for.
    #[must_use]
    pub(crate) const fn hidden(self) -> Self {
        Self {
            is_hidden: true,
            ..self
        }
    }
}

/// A noun as the console lists it.
pub(crate) struct Noun<T: 'static> {
    /// Its page below the admin path, by which lists of it are kept as well.
    pub(crate) path: &'static str,
    /// What it is called: a name of the catalogue.
    pub(crate) title: &'static str,
    /// The entry of the menu under which it stands.
    pub(crate) section: &'static str,
    /// Its list. One without columns is asked for in fields of its own.
    pub(crate) listing: &'static Listing,
    /// Its columns.
    pub(crate) columns: &'static [Column<T>],
    /// What it is filtered by.
    pub(crate) filters: &'static [Filter],
    /// What a row is called in forms.
    pub(crate) key: fn(&T) -> String,
}

/// The list of what is at hand as a whole: it is sorted by any of its columns.
pub(crate) const AT_HAND: Listing = Listing {
    columns: &[],
    words: Words::Plain,
    joins: false,
    order: &[],
    pages: PageRule::new(25, 1, 500),
};

/// The list of what is read in pages, and asked for in fields of its own.
pub(crate) const PAGED: Listing = Listing {
    order: &[("id", Direction::Descending)],
    ..AT_HAND
};

impl<T: 'static> Noun<T> {
    /// Whether values of its filters may name operators.
    pub(crate) fn has_operators(&self) -> bool {
        self.listing.words == Words::Operators
    }

    /// The columns that are shown.
    fn shown(&self, query: &ListQuery) -> Vec<&'static Column<T>> {
        let asked: Vec<&str> = query.all("cols").collect();
        let is_shown = |column: &&Column<T>| {
            if asked.is_empty() {
                !column.is_hidden
            } else {
                asked.contains(&column.name)
            }
        };
        self.columns.iter().filter(is_shown).collect()
    }

    /// The first line of a table of comma-separated values.
    pub(crate) fn head(&self, query: &ListQuery, spelling: Spelling) -> Vec<String> {
        let shown = self.shown(query).into_iter();
        shown.map(|column| spelling.t(column.text)).collect()
    }

    /// The line of a row.
    pub(crate) fn line(&self, row: &T, query: &ListQuery, spelling: Spelling) -> Vec<String> {
        let shown = self.shown(query).into_iter();
        shown
            .map(|column| (column.cell)(row).exported(spelling))
            .collect()
    }

    /// The page of what was found. `actions` is what can be done with a row.
    pub(crate) fn view(
        &self,
        found: &Found<T>,
        page: Page,
        query: &ListQuery,
        seen: Seen<'_>,
        actions: impl Fn(&T) -> Vec<Drawn>,
    ) -> ListView {
        let columns = self.shown(query);
        let rows = found.rows.iter().map(|row| {
            let cells = columns.iter().map(|column| (column.cell)(row));
            let cells = cells.map(|cell| cell.drawn(seen.spelling, seen.base));
            RowView {
                key: (self.key)(row),
                cells: cells.collect(),
                actions: actions(row),
            }
        });
        let choice = |column: &Column<T>| ChoiceView {
            value: column.name.to_owned(),
            text: seen.spelling.t(column.text),
            is_chosen: columns.iter().any(|shown| shown.name == column.name),
        };
        let filter =
            |filter: &Filter| FilterView::of(filter, query, self.has_operators(), seen.spelling);
        ListView {
            path: seen.to(self.path),
            list: self.path,
            heads: columns
                .iter()
                .map(|column| HeadView::of(column, self, query, seen))
                .collect(),
            rows: rows.collect(),
            filters: self.filters.iter().map(filter).collect(),
            choices: self.columns.iter().map(choice).collect(),
            pager: Pager::of(page, found.total, query, &seen.to(self.path)),
            kept: query.kept(),
            csv: seen.query(self.path, &query.with("csv", Some(OFFERED))),
            besides: query.besides(&["f_", "o_"]),
            besides_columns: query.besides(&["cols", "rows"]),
        }
    }
}

/// What `csv` says in an address that offers the table instead of being it.
pub(crate) const OFFERED: &str = "offered";

/// How an operator sees the console.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// How values are written.
    pub(crate) spelling: Spelling,
    /// The admin path, with a slash before it.
    pub(crate) base: &'a str,
}

impl Seen<'_> {
    /// A page of the console.
    pub(crate) fn to(self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The same with a query.
    pub(crate) fn query(self, path: &str, query: &str) -> String {
        match query {
            "" => self.to(path),
            query => format!("{}/{path}?{query}", self.base),
        }
    }
}

/// A list as the template shows it.
pub(crate) struct ListView {
    pub(crate) path: String,
    pub(crate) list: &'static str,
    pub(crate) heads: Vec<HeadView>,
    pub(crate) rows: Vec<RowView>,
    pub(crate) filters: Vec<FilterView>,
    pub(crate) choices: Vec<ChoiceView>,
    pub(crate) pager: Pager,
    pub(crate) kept: String,
    pub(crate) csv: String,
    /// What the form of filters sends along, and that of columns.
    pub(crate) besides: Vec<(String, String)>,
    pub(crate) besides_columns: Vec<(String, String)>,
}

impl ListView {
    /// Whether something can be done with one of its rows.
    pub(crate) fn has_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }

    /// Whether something is filtered by.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filters.iter().any(FilterView::is_used)
    }
}

/// The head of a column.
pub(crate) struct HeadView {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    /// `ascending`, `descending`, or nothing, as `aria-sort` has it.
    pub(crate) order: &'static str,
}

impl HeadView {
    fn of<T: 'static>(
        column: &Column<T>,
        noun: &Noun<T>,
        query: &ListQuery,
        seen: Seen<'_>,
    ) -> Self {
        let is_at_hand = noun.listing.order.is_empty();
        let sort = column.sort.or(is_at_hand.then_some(column.name));
        let sorts = query.sorts();
        let first = sorts.first();
        let first = first.filter(|first| Some(first.column.as_str()) == sort);
        let order = match first.map(|sort| sort.is_descending) {
            Some(true) => "descending",
            Some(false) => "ascending",
            None => "",
        };
        let next = sort.map(|name| match order {
            "descending" => name.to_owned(),
            _ => format!("-{name}"),
        });
        Self {
            text: seen.spelling.t(column.text),
            href: next.map(|next| seen.query(noun.path, &query.with("sort", Some(&next)))),
            order,
        }
    }
}

/// A row.
pub(crate) struct RowView {
    pub(crate) key: String,
    pub(crate) cells: Vec<Drawn>,
    pub(crate) actions: Vec<Drawn>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChoiceView {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) is_chosen: bool,
}

/// A filter with what is typed into it.
pub(crate) struct FilterView {
    pub(crate) name: String,
    pub(crate) operator_name: String,
    pub(crate) text: String,
    pub(crate) typed: String,
    /// The type of the field; nothing where it is chosen.
    pub(crate) input: &'static str,
    pub(crate) operators: Vec<ChoiceView>,
    pub(crate) choices: Vec<ChoiceView>,
}

impl FilterView {
    fn of(filter: &Filter, query: &ListQuery, has_operators: bool, spelling: Spelling) -> Self {
        let chosen = |value: &str, name: &str, is_chosen: bool| ChoiceView {
            value: value.to_owned(),
            text: spelling.t(name),
            is_chosen,
        };
        let (typed, operator) = (query.typed(filter), query.operator(filter));
        let operators = filter.operators().iter();
        let operators = operators.filter(|_| has_operators);
        let choices: &[(&str, &str)] = match filter.kind {
            FilterKind::Choice(choices) => choices,
            _ => &[],
        };
        Self {
            name: format!("f_{}", filter.column),
            operator_name: format!("o_{}", filter.column),
            text: spelling.t(filter.text),
            typed: typed.to_owned(),
            input: match filter.kind {
                FilterKind::Choice(_) => "",
                FilterKind::Time => "datetime-local",
                FilterKind::Text => "text",
                FilterKind::Number | FilterKind::Money | FilterKind::Gigabytes => "number",
            },
            operators: operators
                .map(|(value, name)| chosen(value, name, *value == operator))
                .collect(),
            choices: choices
                .iter()
                .map(|(value, name)| chosen(value, name, *value == typed))
                .collect(),
        }
    }

    /// Whether it is filtered by.
    pub(crate) fn is_used(&self) -> bool {
        let by_operator = |choice: &ChoiceView| {
            choice.is_chosen && matches!(choice.value.as_str(), "null" | "notnull")
        };
        !self.typed.is_empty() || self.operators.iter().any(by_operator)
    }
}

/// The pages before and behind.
pub(crate) struct Pager {
    pub(crate) total: i64,
    pub(crate) number: i64,
    pub(crate) last: i64,
    pub(crate) rows: i64,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl Pager {
    /// Where this page stands among all of them.
    pub(crate) fn of(page: Page, total: i64, query: &ListQuery, path: &str) -> Self {
        let (number, last) = (page.number(), page.last(total));
        let at = |number: i64| {
            let number = number.to_string();
            format!("{path}?{}", query.with("page", Some(&number)))
        };
        Self {
            total,
            number,
            last,
            rows: page.rows(),
            before: (number > 1).then(|| at((number - 1).min(last))),
            after: (number < last).then(|| at(number + 1)),
        }
    }
}
