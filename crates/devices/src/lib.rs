#![doc = include_str!("../README.md")]

mod address;
mod overview;

pub use address::DeviceAddress;
pub use overview::{Device, Overview, Sighting};
