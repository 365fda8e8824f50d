//! How works end, and the page of one.

use std::sync::Arc;

use askama::Template;
use ferroboard_web::Fault;

use super::known::{Known, Work};
use crate::console::frame::{Console, Story};
use crate::failure::Failure;
use crate::page::Page;

/// The works of this process.
pub(super) static WORKS: Known<End> = Known::new();

/// How a work ended.
pub(super) enum End {
    /// Something was made: what is told of it.
    Made(Box<dyn Fn(&Console) -> Story + Send>),
    /// A table was written to its end.
    Written,
    /// It was refused, or failed.
    Refused(Fault),
    /// It broke off.
    Broken,
}

/// Says that a work broke off where nothing else was said: its task panicked, or nobody reads the table.
pub(super) struct Ending(pub(super) Arc<Work<End>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.ends(End::Broken);
    }
}

#[derive(Template)]
#[template(path = "console/under_way.html")]
pub(super) struct UnderWayPage {
    page: Page,
    here: String,
    /// What is said of how far it is.
    count: String,
    done: u64,
    /// 0 where nobody knows.
    total: u64,
    is_open: bool,
    /// Where what was made is shown.
    made: Option<String>,
    /// What failed.
    failed: Option<String>,
    /// Where the table is.
    pub(super) table: Option<String>,
}

impl UnderWayPage {
    pub(super) fn of(console: &Console, key: &str, work: &Work<End>) -> Result<Self, Failure> {
        let page = Page::console(&console.operator, "/tasks", "console.under_way")?;
        let locale = console.visitor().lang().locale();
        let failed = work.look(|end| match end {
            End::Refused(fault) => Some(fault.told(locale).message),
            End::Broken => Some(console.t("console.broke_off")),
            End::Made(_) | End::Written => None,
        });
        let made = work.look(|end| matches!(end, End::Made(_)));
        let here = format!("under-way/{key}");
        let done = work.progress.done();
        let count = match work.total {
            0 => page.put("console.done_so_far", "done", done),
            total => page.put2("console.done_of", "done", done, "total", total),
        };
        Ok(Self {
            here: console.to(&here),
            count,
            done,
            total: work.total,
            is_open: !work.has_ended(),
            made: made
                .unwrap_or_default()
                .then(|| console.to(&format!("{here}/made"))),
            failed: failed.flatten(),
            table: None,
            page,
        })
    }
}
