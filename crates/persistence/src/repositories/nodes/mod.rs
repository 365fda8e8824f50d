//! Nodes, machines, devices, and the traffic they report.

pub(super) mod device_users;
pub(super) mod device_views;
pub(super) mod devices;
pub(super) mod groups;
pub(super) mod machines;
pub(super) mod managed_machines;
pub(super) mod managed_nodes;
pub(super) mod node_alerts;
pub(super) mod node_queries;
pub(super) mod node_rows;
pub(super) mod node_watches;
pub(super) mod routes;
pub(super) mod statistics;
pub(super) mod traffic;
pub(super) mod traffic_log;
