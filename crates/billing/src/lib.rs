#![doc = include_str!("../README.md")]

mod error;
mod plan;
mod ports;
mod reset;
mod service;
mod subscription;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::BillingError;
pub use plan::{Gigabytes, Plan};
pub use ports::{BalanceRepository, BillingTx, PlanRepository, SubscriptionRepository};
pub use reset::ResetMethod;
pub use service::SubscriptionService;
pub use subscription::{Subscription, TryOut};
