//! A table that is written while it is read: a page says how much of it is, and whether it came to its end.

use std::sync::Arc;

use super::known::Work;
use super::shown::{End, Ending, UnderWayPage, WORKS};
use crate::console::frame::Console;
use crate::failure::{Failure, PageResult};
use crate::page::show as answer;

/// The word of the address by which a table tells how far it is.
pub(crate) const WORD: &str = "under_way";

/// Offers a table of so many rows: a page that has it downloaded, and a bar. `query` is the table's own.
pub(crate) fn offer(console: &Console, path: &str, query: &str, rows: i64) -> PageResult {
    let rows = u64::try_from(rows).unwrap_or_default();
    let begun = WORKS.begin(console.operator.session.account.id, rows);
    let (key, work) = begun.map_err(Failure::internal)?;
    let mut page = UnderWayPage::of(console, &key, &work)?;
    let and = if query.is_empty() { "" } else { "&" };
    let query = format!("{query}{and}{WORD}={key}");
    page.table = Some(console.seen().query(path, &query));
    answer(&page)
}

/// What counts the rows of a table as they are written.
pub(crate) struct Meter(Option<Ending>);

impl Meter {
    /// The one of the work that the address names; one that nobody looks at where it names none.
    pub(crate) fn of(console: &Console) -> Self {
        let query = console.query();
        let key = query.get(WORD).unwrap_or_default();
        let work: Option<Arc<Work<End>>> = WORKS.find(console.operator.session.account.id, key);
        Self(work.map(Ending))
    }

    /// So many rows more are written.
    pub(crate) fn add(&self, rows: usize) {
        if let Some(Ending(work)) = &self.0 {
            work.progress.add(u64::try_from(rows).unwrap_or_default());
        }
    }

    /// All are written.
    pub(crate) fn ends(&self) {
        if let Some(Ending(work)) = &self.0 {
            work.ends(End::Written);
        }
    }
}
