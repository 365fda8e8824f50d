//! Users, as administrators manage them.

pub(crate) mod access;
pub(crate) mod bulk;
pub(crate) mod columns;
pub(crate) mod error;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod listing;
pub(crate) mod queries;
pub(crate) mod repository;
pub(crate) mod reset_log;
pub(crate) mod scope;
pub(crate) mod tasks;
pub(crate) mod traffic;
pub(crate) mod update;
