//! Promises about accounts and what belongs to one.

pub mod account;
pub mod counters;
pub mod email_codes;
pub mod login_tokens;
pub mod managed_users;
pub mod passwords;
pub mod real_names;
pub mod sessions;
pub mod shadows;
pub mod touched;
pub mod user_changes;
