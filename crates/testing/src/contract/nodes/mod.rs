//! Promises about nodes and what they report.

pub mod devices;
pub mod managed_nodes;
pub mod management;
pub mod node;
pub mod node_users;
pub mod statistics;
pub mod traffic;
pub mod traffic_log;
