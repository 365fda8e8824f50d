use ferroboard_kernel::StoreError;

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// The subscription's plan no longer exists.
    #[error("the plan does not exist")]
    PlanMissing,
    /// The balance would leave the range that the database holds.
    #[error("the balance would be out of range")]
    BalanceOutOfRange,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
