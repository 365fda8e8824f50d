#![doc = include_str!("../README.md")]

mod number;
mod page;

pub use number::Number;
pub use page::{Found, Page, PageRule};
