//! Nodes: what they are told and report, who is connected, and the configurations of proxy clients.

pub(crate) mod alerts;
pub(crate) mod device_queries;
pub(crate) mod directory;
pub(crate) mod downloads;
pub(crate) mod full_devices;
pub(crate) mod memory;
pub(crate) mod node;
pub(crate) mod online_devices;
pub(crate) mod queries;
pub(crate) mod reports;
pub(crate) mod shown;
pub(crate) mod sockets;
pub(crate) mod templates;
pub(crate) mod traffic_log;
pub(crate) mod users;
pub(crate) mod views;
pub(crate) mod watches;
