//! What customers read and whom they ask: articles, tickets, the Telegram bot, what staff is told.

pub(crate) mod bot_name;
pub(crate) mod customer_notices;
pub(crate) mod customer_words;
pub(crate) mod endpoint_mail;
pub(crate) mod knowledge;
pub(crate) mod queries;
pub(crate) mod review_mail;
pub(crate) mod staff_mail;
pub(crate) mod staff_notices;
pub(crate) mod telegram;
pub(crate) mod ticket_mail;
pub(crate) mod tickets;
pub(crate) mod views;
