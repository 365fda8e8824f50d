//! The page of a ticket.

use askama::Template;

use crate::console::form_page::FormView;
use crate::list::{Button, Cell};
use crate::page::Page;

/// A message of the conversation.
pub(super) struct Message {
    pub(super) text: String,
    pub(super) author: String,
    pub(super) at: Cell,
    /// Whether staff wrote it.
    pub(super) is_own: bool,
}

/// A reply that is kept.
pub(super) struct Reply {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) forget: Option<Button>,
}

#[derive(Template)]
#[template(path = "console/ticket.html")]
pub(super) struct TicketPage {
    pub(super) page: Page,
    pub(super) facts: Vec<(String, Cell)>,
    pub(super) messages: Vec<Message>,
    pub(super) form: FormView,
    pub(super) message: Option<String>,
    pub(super) replies: Vec<Reply>,
    pub(super) close: Option<Button>,
}
