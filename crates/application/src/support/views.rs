//! What screens show of it.

use ferroboard_tickets::{Ticket, TicketMessage};

use crate::accounts::views::AccountView;

/// A ticket as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// What was written in it, oldest first.
    pub messages: Vec<TicketMessage>,
}

/// The account that a Telegram chat belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAccountView {
    /// The account.
    pub account: AccountView,
    /// May answer tickets.
    pub is_staff: bool,
}
