#![doc = include_str!("../README.md")]

mod act;
mod counter;
mod error;
mod name;
mod ports;
mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use act::Act;
pub use counter::{Counter, Limit};
pub use error::{Attempt, AttemptError, Throttled};
pub use name::CounterName;
pub use ports::{AttemptsTx, CounterRepository};
pub use service::AttemptService;
