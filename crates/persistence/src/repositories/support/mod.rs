//! Articles, tickets, Telegram chats.

pub(super) mod announcements;
pub(super) mod articles;
pub(super) mod chats;
pub(super) mod knowledge;
pub(super) mod managed_tickets;
pub(super) mod ticket_views;
pub(super) mod tickets;
