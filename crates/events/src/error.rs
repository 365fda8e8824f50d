use ferroboard_kernel::StoreError;

/// Why something about events was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// There is no such endpoint.
    #[error("there is no such endpoint")]
    EndpointMissing,
    /// There are as many endpoints as there may be.
    #[error("there are too many endpoints")]
    TooManyEndpoints,
    /// The address is none that events may be sent to.
    #[error("events may not be sent to this address")]
    AddressRefused,
    /// There is no such delivery, or it is still on its way.
    #[error("there is no such delivery that has ended")]
    DeliveryMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
