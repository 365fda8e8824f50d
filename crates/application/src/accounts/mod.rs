//! Accounts: creating them, logging in, what their owners change.

pub(crate) mod account;
pub(crate) mod attempts;
pub(crate) mod auth_data;
pub(crate) mod captcha;
pub(crate) mod email_codes;
pub(crate) mod known_clients;
pub(crate) mod login;
pub(crate) mod login_links;
pub(crate) mod notice_choices;
pub(crate) mod notice_mail;
pub(crate) mod queries;
pub(crate) mod recovery;
pub(crate) mod registration;
pub(crate) mod requested_mail;
pub(crate) mod sessions;
pub(crate) mod user_changes;
pub(crate) mod views;
