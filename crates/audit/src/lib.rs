#![doc = include_str!("../README.md")]

mod action;
mod entry;
mod masking;
mod outcome;
mod ports;
#[cfg(feature = "testing")]
pub mod testing;

pub use action::action_of;
pub use entry::{AuditChange, NewAuditEntry};
pub use masking::{MASK, masked, masked_input, masked_query};
pub use outcome::Outcome;
pub use ports::{AuditRepository, AuditTx};
