#![doc = include_str!("../README.md")]

mod asked;
mod column;
mod error;
mod judge;
mod number;
mod page;
mod request;

pub use asked::{Asked, AskedFilter, AskedSort, Given};
pub use column::{Column, Direction, Holds, Listing, Operator, Words};
pub use error::ListError;
pub use number::Number;
pub use page::{Found, Page, PageRule};
pub use request::{Comparison, Filter, ListRequest, Operand, Sort, Test};
