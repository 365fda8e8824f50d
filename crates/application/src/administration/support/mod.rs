//! What administrators do for customers: articles, announcements, tickets, the bot's webhook.

pub(crate) mod announcements;
pub(crate) mod articles;
pub(crate) mod queries;
pub(crate) mod tickets;
pub(crate) mod views;
pub(crate) mod webhook;
