#![doc = include_str!("../README.md")]

pub mod credentials;
mod nested;
mod protocol;
pub mod rate;
mod settings;
mod shape;

pub use protocol::Protocol;
pub use rate::RateRange;
pub use settings::Settings;
