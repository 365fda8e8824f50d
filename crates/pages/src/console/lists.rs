//! How a list is answered: a page of it, or all of it as a table of comma-separated values.

use std::sync::Arc;

use actix_web::Responder as _;
use actix_web::web::{Bytes, Data};
use ferroboard_application::{Application, Error};
use ferroboard_listing::{Found, ListRequest, Page};
use ferroboard_web::{Csv, CsvFile, Fault, Panel, list_refused};
use futures_util::stream;

use super::asked::{Filter, ListQuery};
use super::cell::Spelling;
use super::frame::{Console, ListShape, SavedLink};
use super::list_page::{Noun, OFFERED};
use super::under_way::{self, Meter};
use crate::failure::{Failure, PageResult};
use crate::list::Cell;

/// Rows of a page where nothing is said.
const USUAL: i64 = 25;
/// Rows that a table is written by.
const BATCH: i64 = 500;
/// What spreadsheets know UTF-8 by.
const MARK: &str = "\u{feff}";

/// What is wanted of a list.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// In the words of its listing.
    pub(crate) request: ListRequest,
    /// Which part of it.
    pub(crate) page: Page,
    /// What the address says.
    pub(crate) query: ListQuery,
    /// How values are written.
    pub(crate) spelling: Spelling,
}

/// Which filters say what no column holds.
type Odd = Vec<&'static str>;

impl Wanted {
    fn of<T: 'static>(
        console: &Console,
        noun: &Noun<T>,
        part: Option<(i64, i64)>,
    ) -> Result<(Self, Odd), Failure> {
        let (query, spelling) = (console.query(), console.spelling);
        let (number, rows) = part.map_or_else(
            || (query.number("page"), query.number("rows").or(Some(USUAL))),
            |(number, rows)| (Some(number), Some(rows)),
        );
        if noun.listing.columns.is_empty() {
            let page = noun.listing.pages.page(number, rows);
            let request = noun.listing.whole(page);
            return Ok((
                Self {
                    request,
                    page,
                    query,
                    spelling,
                },
                Odd::new(),
            ));
        }
        let (mut asked, odd) = query.asked(noun.filters, noun.has_operators(), spelling.zone);
        (asked.page, asked.rows) = (number, rows);
        let request = noun.listing.judge(&asked);
        let request = request.map_err(|error| Failure::Fault(list_refused(error)))?;
        let page = request.page();
        Ok((
            Self {
                request,
                page,
                query,
                spelling,
            },
            odd,
        ))
    }
}

/// The column that filters what is at hand: whatever a row shows.
pub(crate) const ANYTHING: &[Filter] = &[Filter::text("q", "layout.search")];

impl Wanted {
    /// This page of rows that are at hand: those that show what is looked for, in the order that is asked for, or
    /// else their own.
    pub(crate) fn cut<T: 'static>(&self, noun: &Noun<T>, mut rows: Vec<T>) -> Found<T> {
        if let Some(looked_for) = self.query.get("f_q") {
            let looked_for = looked_for.to_lowercase();
            rows.retain(|row| {
                let mut cells = noun.columns.iter().map(|column| (column.cell)(row));
                cells.any(|cell| {
                    let text = cell.exported(self.spelling);
                    text.to_lowercase().contains(&looked_for)
                })
            });
        }
        for sort in self.query.sorts().iter().rev() {
            let mut columns = noun.columns.iter();
            let column = columns.find(|column| column.name == sort.column);
            if let Some(column) = column {
                rows.sort_by(|one, other| {
                    let order = (column.cell)(one).order(&(column.cell)(other));
                    if sort.is_descending {
                        order.reverse()
                    } else {
                        order
                    }
                });
            }
        }
        self.page.of(rows)
    }
}

/// Answers what the address asks of a noun's list. `dress` adds what stands around it, `actions` is what can be
/// done with a row.
pub(crate) async fn answer<T, F, Fut>(
    console: &Console,
    noun: &'static Noun<T>,
    fetch: F,
    dress: impl FnOnce(&mut ListShape, &Found<T>),
    actions: impl Fn(&T) -> Vec<Cell>,
) -> PageResult
where
    T: Send + 'static,
    F: Fn(Arc<Application>, Wanted) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Found<T>, Error>> + Send + 'static,
{
    match console.query().get("csv") {
        Some(OFFERED) => return offered(console, noun, fetch).await,
        Some(_) => return table(console, noun, fetch).await,
        None => {}
    }
    let (wanted, odd) = Wanted::of(console, noun, None)?;
    let (page, query) = (wanted.page, wanted.query.clone());
    // A list without a condition that was asked for would be another one.
    let found = if odd.is_empty() {
        console.run(move |app| fetch(app, wanted)).await?
    } else {
        Found::default()
    };
    let admin = console.operator.session.account.id;
    let saved =
        console.run(move |app| async move { app.administration.saved_views.list(admin).await });
    let saved = saved.await?;
    let own = saved.iter().filter(|view| view.list == noun.path);
    let mut shape = ListShape {
        section: noun.section,
        title: noun.title,
        tools: Vec::new(),
        hint: String::new(),
        warning: if odd.is_empty() {
            String::new()
        } else {
            console.t("console.odd_filter")
        },
        saved: own.map(|view| SavedLink::of(console, view)).collect(),
        bulk: None,
    };
    dress(&mut shape, &found);
    let view = noun.view(&found, page, &query, console.seen(), actions);
    console.show_list(shape, view)
}

/// A page that has the whole list downloaded, and says how far it is.
async fn offered<T, F, Fut>(console: &Console, noun: &'static Noun<T>, fetch: F) -> PageResult
where
    T: Send + 'static,
    F: Fn(Arc<Application>, Wanted) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Found<T>, Error>> + Send + 'static,
{
    let least = noun.listing.pages.least.max(1);
    let (wanted, odd) = Wanted::of(console, noun, Some((1, least)))?;
    if !odd.is_empty() {
        return Err(Failure::Unknown);
    }
    let found = console.run(move |app| fetch(app, wanted)).await?;
    let query = console.query().with("csv", Some("1"));
    under_way::offer(console, noun.path, &query, found.total)
}

/// The whole list, written while it is read: no more than a page of it is at hand.
async fn table<T, F, Fut>(console: &Console, noun: &'static Noun<T>, fetch: F) -> PageResult
where
    T: Send + 'static,
    F: Fn(Arc<Application>, Wanted) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Found<T>, Error>> + Send + 'static,
{
    let rows = BATCH.min(noun.listing.pages.most);
    let (wanted, odd) = Wanted::of(console, noun, Some((1, rows)))?;
    if !odd.is_empty() {
        return Err(Failure::Unknown);
    }
    let (query, spelling) = (wanted.query.clone(), console.spelling);
    let mut head = Csv::shown();
    head.line(noun.head(&query, spelling));
    let head = Bytes::from(format!("{MARK}{}", head.into_text()));
    let reading = Reading {
        panel: console.panel.clone(),
        fetch,
    };
    // What cannot be read at all is no table.
    let first = reading.page(wanted.clone()).await?;
    let mut parts = Vec::new();
    let last = wanted.page.last(first.total);
    for number in 2..=last {
        let (wanted, _) = Wanted::of(console, noun, Some((number, rows)))?;
        parts.push(wanted);
    }
    let state = (reading, parts.into_iter(), Some(first), Meter::of(console));
    let lines = stream::try_unfold(state, move |(reading, mut parts, found, meter)| {
        let query = query.clone();
        async move {
            let found = match found {
                Some(found) => found,
                None => match parts.next() {
                    Some(wanted) => reading.page(wanted).await?,
                    None => {
                        meter.ends();
                        return Ok(None);
                    }
                },
            };
            meter.add(found.rows.len());
            let mut csv = Csv::shown();
            for row in &found.rows {
                csv.line(noun.line(row, &query, spelling));
            }
            let lines = Bytes::from(csv.into_text());
            Ok::<_, Fault>(Some((lines, (reading, parts, None, meter))))
        }
    });
    let name = format!("{}.csv", noun.path.replace('/', "-"));
    Ok(CsvFile::streamed(name, head, lines).respond_to(console.request()))
}

/// What a table is read with.
struct Reading<F> {
    panel: Data<Panel>,
    fetch: F,
}

impl<F> Reading<F> {
    async fn page<T, Fut>(&self, wanted: Wanted) -> Result<Found<T>, Fault>
    where
        T: Send + 'static,
        F: Fn(Arc<Application>, Wanted) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<Found<T>, Error>> + Send + 'static,
    {
        let fetch = self.fetch.clone();
        self.panel.run(move |app| fetch(app, wanted)).await
    }
}
