use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, StoreError, UnixSeconds};
use ferroboard_nodes::{MachineReading, MachineTerms};
use serde_json::Value;

/// A machine as administrators see it.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineView {
    /// The row's number.
    pub id: MachineId,
    /// What administrators said of it.
    pub terms: MachineTerms,
    /// When it was last heard of.
    pub last_seen_at: Option<UnixSeconds>,
    /// The load that it last reported.
    pub load: Option<Value>,
    /// How many nodes are on it.
    pub nodes: i64,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// A node of a machine, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineNodeView {
    /// The row's number.
    pub id: NodeId,
    /// Shown to customers.
    pub name: String,
    /// `type`.
    pub protocol: String,
    /// The address that customers connect to.
    pub host: String,
    /// The port that customers connect to, or several.
    pub port: String,
    /// Customers see it.
    pub show: bool,
    /// The machine runs it; `None` where nobody said.
    pub enabled: Option<bool>,
    /// Its place in lists.
    pub sort: Option<i64>,
}

/// The machines, as administrators manage them.
#[async_trait]
pub trait ManagedMachineQueries: Send + Sync {
    /// Every machine by number, at most 5,000, in a fixed number of statements.
    async fn list_managed_machines(&self) -> Result<Vec<MachineView>, StoreError>;

    /// The nodes of the machine by `sort` (null first) and number, at most 5,000.
    async fn list_machine_nodes(
        &self,
        machine: MachineId,
    ) -> Result<Vec<MachineNodeView>, StoreError>;

    /// The latest readings of the machine since then, so many at most, the oldest first.
    async fn list_machine_readings(
        &self,
        machine: MachineId,
        since: Option<UnixSeconds>,
        limit: u32,
    ) -> Result<Vec<MachineReading>, StoreError>;
}
