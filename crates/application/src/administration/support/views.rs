//! What screens show of it.

use ferroboard_kernel::{ArticleId, UnixSeconds};
use ferroboard_tickets::{Ticket, TicketMessage};

use crate::administration::users::columns::ListedUser;

/// An article in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleHead {
    /// The row.
    pub id: ArticleId,
    /// The headline.
    pub title: String,
    /// What it is about.
    pub category: String,
    /// Whether users see it.
    pub show: bool,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// A ticket in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Whose it is, while the account exists; the store makes no link.
    pub owner: Option<ListedUser>,
}

/// A ticket with what was written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Whose it is, while the account exists; the store makes no link.
    pub owner: Option<ListedUser>,
    /// What was written in it, oldest first.
    pub messages: Vec<TicketMessage>,
}
