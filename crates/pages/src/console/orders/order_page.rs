//! The page of an order.

use askama::Template;

use crate::console::form_page::FormView;
use crate::console::frame::Part;
use crate::list::Cell;
use crate::page::Page;

#[derive(Template)]
#[template(path = "console/order.html")]
pub(super) struct OrderPage {
    pub(super) page: Page,
    pub(super) tools: Vec<Cell>,
    pub(super) facts: Vec<(String, Cell)>,
    pub(super) parts: Vec<Part>,
    /// What refunds a part of it, where it can be refunded.
    pub(super) form: Option<FormView>,
    /// Why it was not refunded, where that was just tried.
    pub(super) refused: Option<String>,
}
