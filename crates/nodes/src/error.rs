use ferroboard_kernel::StoreError;

/// Why an agent was refused.
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
    /// The panel has no WebSocket for nodes.
    #[error("the panel has no WebSocket for nodes")]
    SocketsOff,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
