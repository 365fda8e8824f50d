use ferroboard_kernel::StoreError;
use ferroboard_protocol::Flaw;

/// Why an agent, or what an administrator does with nodes, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// It is not the secret of the nodes.
    #[error("it is not the secret of the nodes")]
    TokenWrong,
    /// There is no such node.
    #[error("there is no such node")]
    NodeMissing,
    /// There is no such machine, or its token is another.
    #[error("there is no such machine, or its token is another")]
    MachineUnknown,
    /// The machine is switched off.
    #[error("the machine is switched off")]
    MachineDisabled,
    /// The node is not one of the machine's, or is switched off.
    #[error("the machine has no such node")]
    NotOnMachine,
    /// Another node of the protocol has the code.
    #[error("another node has the code")]
    CodeTaken,
    /// The parent that was named is no other node.
    #[error("the parent is no other node")]
    ParentMissing,
    /// There is no machine that could run the node.
    #[error("there is no such machine to run the node")]
    RunnerMissing,
    /// Nobody could use a node with these settings.
    #[error("nobody could use the node")]
    Useless(Vec<Flaw>),
    /// Nothing was said that could be changed.
    #[error("there is nothing to change")]
    NothingToChange,
    /// There is no such group.
    #[error("there is no such group")]
    GroupMissing,
    /// A node serves the group.
    #[error("a node serves the group")]
    GroupHasNodes,
    /// A plan gives the group.
    #[error("a plan gives the group")]
    GroupHasPlans,
    /// A user is in the group.
    #[error("a user is in the group")]
    GroupHasUsers,
    /// There is no machine of this number.
    #[error("there is no machine of this number")]
    MachineMissing,
    /// There is no such rule.
    #[error("there is no such rule")]
    RouteMissing,
    /// The panel has no WebSocket for nodes.
    #[error("the panel has no WebSocket for nodes")]
    SocketsOff,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
