#![doc = include_str!("../README.md")]

mod error;
mod name;
mod number;
mod policy;
mod ports;
mod record;
mod service;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod typed;

pub use error::{RealNameError, Refused};
pub use name::{InvalidName, PersonName};
pub use number::{IdentityNumber, NumberRefused, Sex};
pub use policy::{Enforcement, MaskStyle, RealNamePolicy};
pub use ports::{
    IdentityCipher, IdentityLockRepository, RealNameRepository, RealNameTx, SealedField,
    SealingFailed,
};
pub use record::{IdentityHash, Plain, RealNameRecord, Review, ReviewSource, Sealed};
pub use service::{Decision, NewSubmission, RealNameService, Reconciled};
pub use status::{Event, InvalidTransition, Status};
pub use typed::Typed;
