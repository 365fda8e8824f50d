//! Promises about articles, tickets, chats and mail.

pub mod chats;
pub mod customer_notices;
pub mod knowledge;
pub mod mails;
pub mod managed_knowledge;
pub mod tickets;
