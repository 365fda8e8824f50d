use ferroboard_kernel::StoreError;

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// The invitation code is unknown or used.
    #[error("the invitation code is not valid")]
    CodeInvalid,
    /// The commission balance is smaller than the amount.
    #[error("the commission balance is insufficient")]
    CommissionInsufficient,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
