//! Accounts and what belongs to one: sessions, codes, tokens, counters.

pub(super) mod account;
pub(super) mod account_views;
pub(super) mod counters;
pub(super) mod email_codes;
pub(super) mod login_tokens;
pub(super) mod recipients;
pub(super) mod session_views;
pub(super) mod sessions;
pub(super) mod user_access;
pub(super) mod user_changes;
