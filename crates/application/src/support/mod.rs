//! What customers read and whom they ask: articles, tickets, the Telegram bot, what staff is told.

pub(crate) mod bot_name;
pub(crate) mod knowledge;
pub(crate) mod queries;
pub(crate) mod staff_notices;
pub(crate) mod telegram;
pub(crate) mod ticket_mail;
pub(crate) mod tickets;
pub(crate) mod views;
