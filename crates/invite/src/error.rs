use ferroboard_kernel::{MoneyOverflow, StoreError};

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// The invitation code is unknown or used.
    #[error("the invitation code is not valid")]
    CodeInvalid,
    /// The user has as many unused codes as one may.
    #[error("there are as many invitation codes as allowed")]
    CodeLimitReached,
    /// The commission balance is smaller than the amount.
    #[error("the commission balance is insufficient")]
    CommissionInsufficient,
    /// What is asked for is there, but a withdrawal that waits for staff reserves it.
    #[error("the commission is reserved by a withdrawal")]
    CommissionReserved,
    /// The commission balance would leave the range that the database holds.
    #[error("the commission balance would be out of range")]
    CommissionOutOfRange,
    /// An amount is too large to be computed with.
    #[error("an amount is out of range")]
    AmountOutOfRange,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MoneyOverflow> for InviteError {
    fn from(_: MoneyOverflow) -> Self {
        Self::AmountOutOfRange
    }
}
