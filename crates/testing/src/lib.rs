#![doc = include_str!("../README.md")]

mod bot;
mod captcha;
pub mod contract;
#[cfg(feature = "databases")]
pub mod databases;
mod fakes;
mod gateways;
mod hasher;
mod mailer;
mod memory;
mod panel;
mod signer;
mod webhooks;

pub use bot::RecordingBot;
pub use captcha::FixedCaptcha;
pub use fakes::Fakes;
pub use ferroboard_kernel::testing::{FixedClock, SeededRandom};
pub use gateways::FixedGateways;
pub use hasher::FastHasher;
pub use mailer::RecordingMailer;
pub use memory::{MemoryPanel, MemoryStore, MemoryTables, MemoryTx, UserRow};
pub use panel::Panel;
pub use signer::PlainSigner;
pub use webhooks::RecordingWebhooks;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/reusing-the-crates.md")]
mod reusing_the_crates {}
