//! The texts of mails, and whether they arrive.

pub(crate) mod templates;
pub(crate) mod test_mail;
