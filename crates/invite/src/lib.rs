#![doc = include_str!("../README.md")]

mod code;
mod error;
mod ports;
mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use code::InviteCode;
pub use error::InviteError;
pub use ports::{InviteCodeRepository, InviteTx, InviterRepository};
pub use service::{InvitePolicy, InviteService};
