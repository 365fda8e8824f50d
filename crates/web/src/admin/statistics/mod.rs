//! `stat/*`: the panel in numbers.

pub(crate) mod dashboard;
mod numbers;
pub(crate) mod orders;
pub(crate) mod ranks;
pub(crate) mod records;
pub(crate) mod traffic_ranks;
pub(crate) mod users;
