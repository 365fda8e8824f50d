#![doc = include_str!("../README.md")]

mod account;
mod address;
mod error;
mod policy;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use account::{MainAccount, NewShadowUser, ShadowAccount, ShadowColumns, ShadowRow};
pub use address::shadow_address;
pub use error::{Refusal, ShadowError};
pub use policy::{ShadowPolicy, TrafficMode};
pub use ports::{ShadowPair, ShadowRepository, ShadowTx};
pub use service::{CopiedPassword, Enabled, NewIdentity, ShadowService};
