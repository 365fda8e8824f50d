//! Lists: what the address asks, what a table shows, and the page of both.

mod cell;
mod page;
mod query;

pub(crate) use cell::{Button, Cell, Tone};
pub(crate) use page::{Bulk, Filter, Head, ListPage, Row};
pub(crate) use query::ListQuery;
