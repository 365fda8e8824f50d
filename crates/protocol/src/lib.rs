#![doc = include_str!("../README.md")]

pub mod credentials;
mod flaw;
mod form;
pub mod keys;
mod nested;
pub mod ports;
mod protocol;
pub mod rate;
mod settings;
mod shape;
mod usable;
pub mod values;

pub use flaw::{Flaw, Wrong};
pub use form::{kept_as_it_is, offered};
pub use protocol::Protocol;
pub use rate::RateRange;
pub use settings::Settings;
pub use usable::{flaws, is_draft};
