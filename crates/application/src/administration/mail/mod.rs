//! What administrators do with mails: their texts, and whether they arrive.

pub(crate) mod queries;
mod sending;
pub(crate) mod templates;
pub(crate) mod test_mail;
pub(crate) mod views;
