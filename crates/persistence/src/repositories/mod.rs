//! The repositories, written once. This module is mounted by each backend, which gives it `Conn`,
//! `dialect` and a handful of macros; nothing here names a database.
#![allow(
    clippy::explicit_auto_deref,
    reason = "what a pool hands out is written as the connection that it is"
)]

mod accounts;
mod administration;
mod billing;
mod desk;
mod events;
mod invite;
mod jobs;
mod nodes;
mod real_names;
mod shadows;
mod sql;
mod support;

use self::sql::store::SqlTx;
use self::sql::values::{flag, is_storable, line, reported, rows};
use super::{Conn, dialect};

pub(super) use self::sql::schema_connection::SqlSchema;
pub(super) use self::sql::store::SqlStore;
