#![doc = include_str!("../README.md")]

mod day;
mod policy;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use day::{Day, DaySums};
pub use policy::StatisticsPolicy;
pub use ports::{StatisticsRepository, StatisticsTx};
pub use service::StatisticsService;
