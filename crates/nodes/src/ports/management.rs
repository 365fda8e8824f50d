//! What administrators of nodes change: groups, rules and machines.

use async_trait::async_trait;
use ferroboard_kernel::{GroupId, MachineId, RouteId, StoreError, UnixSeconds};

use crate::{KeptRoute, Machine, MachineChange, MachineTerms, NodeGroup, RouteTerms};

/// Groups: `v2_server_group`.
#[async_trait]
pub trait NodeGroupRepository: Send {
    /// The group, which nobody else changes until the transaction ends.
    async fn lock_node_group(&mut self, id: GroupId) -> Result<Option<NodeGroup>, StoreError>;

    /// Whether a node serves the group, however its number is spelled in `group_ids`.
    async fn has_node_of_group(&mut self, id: GroupId) -> Result<bool, StoreError>;

    /// Adds a group.
    async fn insert_node_group(
        &mut self,
        name: &str,
        at: UnixSeconds,
    ) -> Result<GroupId, StoreError>;

    /// Calls a group that is locked otherwise.
    async fn update_node_group(
        &mut self,
        id: GroupId,
        name: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes a group that is locked.
    async fn delete_node_group(&mut self, id: GroupId) -> Result<(), StoreError>;
}

/// Rules: `v2_server_route`.
#[async_trait]
pub trait NodeRouteRepository: Send {
    /// The rule, which nobody else changes until the transaction ends.
    async fn lock_node_route(&mut self, id: RouteId) -> Result<Option<KeptRoute>, StoreError>;

    /// Adds a rule.
    async fn insert_node_route(
        &mut self,
        terms: &RouteTerms,
        at: UnixSeconds,
    ) -> Result<RouteId, StoreError>;

    /// Writes what is said of a rule that is locked.
    async fn update_node_route(
        &mut self,
        id: RouteId,
        terms: &RouteTerms,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes a rule that is locked. Nodes that name it pass it over.
    async fn delete_node_route(&mut self, id: RouteId) -> Result<(), StoreError>;
}

/// Machines as they are managed: `v2_server_machine`.
#[async_trait]
pub trait ManagedMachineRepository: Send {
    /// The machine with what is said of it, which nobody else changes until the transaction ends.
    async fn lock_machine(
        &mut self,
        id: MachineId,
    ) -> Result<Option<(Machine, MachineTerms)>, StoreError>;

    /// Adds a machine. MUST return [`StoreError::Duplicate`] when another has the token.
    async fn insert_machine(
        &mut self,
        terms: &MachineTerms,
        token: &str,
        at: UnixSeconds,
    ) -> Result<MachineId, StoreError>;

    /// Changes a machine that is locked.
    async fn update_machine(
        &mut self,
        id: MachineId,
        change: &MachineChange,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Gives a machine that is locked another secret.
    async fn update_machine_token(
        &mut self,
        id: MachineId,
        token: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes a machine that is locked, with its history. Its nodes stay, and are on no machine.
    async fn delete_machine(&mut self, id: MachineId, at: UnixSeconds) -> Result<(), StoreError>;
}
