//! The page of work on many users: how far it is.

use askama::Template;

use crate::list::Cell;
use crate::page::Page;

#[derive(Template)]
#[template(path = "console/task.html")]
pub(super) struct TaskPage {
    pub(super) page: Page,
    pub(super) facts: Vec<(String, Cell)>,
    pub(super) done: i64,
    pub(super) total: i64,
    pub(super) is_open: bool,
    pub(super) failed: i64,
    pub(super) failed_href: String,
    pub(super) here: String,
}
