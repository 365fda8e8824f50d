#![doc = include_str!("../README.md")]

mod changes;
mod config;
mod device;
mod error;
mod load;
mod machine;
mod message;
mod node;
mod policy;
mod ports;
mod route;
mod service;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traffic;
mod user;
mod v2node;

pub use changes::UserChanges;
pub use config::{NodeConfig, config};
pub use device::{DEVICE_LIFETIME, DeviceReport, without_node};
pub use error::NodeError;
pub use load::{Load, NodeLoad, NodeMetrics, Usage};
pub use machine::{Machine, MachineLoad, MachineReading};
pub use message::AgentMessage;
pub use node::{Node, NodeView, ids_from_json};
pub use policy::{NodePolicy, NodeSecret};
pub use ports::{
    CountedUser, DeviceRepository, MachineRepository, NodeAlertRepository, NodeTraffic, NodesTx,
    TrafficRepository,
};
pub use route::NodeRoute;
pub use service::{AppliedReport, DeviceService, IdentifiedReport, TrafficService};
pub use state::{LONGEST_SILENCE, NodeState, NodeStateChange, SilentNode};
pub use traffic::{ReportIdentity, SharedQuotas, Traffic, TrafficReport};
pub use user::{NodeUser, UserAccess};
