//! Articles, tickets, Telegram chats.

pub(super) mod chats;
pub(super) mod knowledge;
pub(super) mod ticket_views;
pub(super) mod tickets;
