//! Accounts and what belongs to one: sessions, codes, tokens, counters.

pub(super) mod account;
pub(super) mod account_views;
pub(super) mod counters;
pub(super) mod email_codes;
pub(super) mod login_tokens;
pub(super) mod managed_users;
pub(super) mod recipients;
mod reset_log;
pub(super) mod session_views;
pub(super) mod sessions;
pub(super) mod user_access;
pub(super) mod user_changed;
pub(super) mod user_changes;
pub(super) mod user_removal;
pub(super) mod user_rows;
pub(super) mod user_views;
