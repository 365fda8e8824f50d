//! `user/*` and `traffic-reset/*`: the users, as administrators manage them.

pub(crate) mod access;
pub(crate) mod body;
mod bytes;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod ledger;
pub(crate) mod list;
pub(crate) mod many;
mod reset_body;
pub(crate) mod resets;
mod scope;
pub(crate) mod update;
