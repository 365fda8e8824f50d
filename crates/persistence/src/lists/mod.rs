//! What is asked of a list, as SQL of each database: the only place that renders it.
//!
//! Names in a statement come from a [`Source`] and from the columns of a `Listing`, which are texts of this
//! program; whatever a client said is bound. Equal rows give equal answers on every database: letters of ASCII
//! compare without regard to case and all others as they are, `%` and `_` mean themselves, numbers compare as
//! numbers, what is absent comes before everything else.

mod conditions;
mod order;
mod source;
mod statement;
mod texts;

pub(crate) use conditions::{holds, matching};
pub(crate) use order::ordered;
pub(crate) use source::{Place, Source};
pub(crate) use statement::{Bind, Statement};
