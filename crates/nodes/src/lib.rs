#![doc = include_str!("../README.md")]

mod changes;
mod config;
mod device;
mod error;
mod group;
mod load;
mod machine;
mod managed;
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
mod user_set;
mod v2node;
mod watch;

pub use changes::UserChanges;
pub use config::{NodeConfig, config};
pub use device::{DEVICE_LIFETIME, DeviceReport, without_node};
pub use error::NodeError;
pub use group::NodeGroup;
pub use load::{Load, NodeLoad, NodeMetrics, Usage};
pub use machine::{Machine, MachineChange, MachineLoad, MachineReading, MachineTerms};
pub use managed::places::placed;
pub use managed::ports::ManagedNodeRepository;
pub use managed::record::NodeRecord;
pub use managed::service::ManagedNodeService;
pub use managed::terms::{NodeSwitches, NodeTerms, Said};
pub use message::AgentMessage;
pub use node::{Node, NodeView, ids_from_json};
pub use policy::{NodePolicy, NodeSecret};
pub use ports::management::{ManagedMachineRepository, NodeGroupRepository, NodeRouteRepository};
pub use ports::{
    CountedUser, DeviceRepository, MachineRepository, NodeAlertRepository, NodeTraffic,
    NodeWatchRepository, NodesTx, TrafficRepository,
};
pub use route::{KeptRoute, NodeRoute, RouteAction, RouteTerms};
pub use service::{AppliedReport, DeviceService, IdentifiedReport, TrafficService};
pub use state::{LONGEST_SILENCE, NodeState, NodeStateChange, SilentNode};
pub use traffic::{ReportIdentity, SharedQuotas, Traffic, TrafficReport};
pub use user::{NodeUser, UserAccess};
pub use user_set::{ListedUser, ListedUuid, UserSet, merged};
pub use watch::{NodeMove, NodeNews, NodeSign, NodeStrain, NodeWatch};
