//! What administrators do for customers: announcements, articles, tickets, the bot's webhook.

pub(crate) mod knowledge;
pub(crate) mod notices;
pub(crate) mod tickets;
pub(crate) mod webhook;
