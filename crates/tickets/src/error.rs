use ferroboard_kernel::{Cents, StoreError};

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// There is no such ticket, or it is somebody else's.
    #[error("there is no such ticket")]
    TicketMissing,
    /// The user has a ticket that is not closed.
    #[error("another ticket is open")]
    TicketOpen,
    /// Its owner may not write in a closed ticket.
    #[error("the ticket is closed")]
    TicketClosed,
    /// The site wants users to wait for an answer before they write again.
    #[error("staff has not answered yet")]
    AnswerAwaited,
    /// The site pays no commission out.
    #[error("commission is not paid out")]
    WithdrawalClosed,
    /// The site does not pay out this way.
    #[error("commission is not paid out this way")]
    WithdrawalMethodUnsupported,
    /// The commission balance is below the least that is paid out.
    #[error("the commission is below the least that is paid out")]
    WithdrawalBelowMinimum {
        /// The least.
        minimum: Cents,
    },
    /// The ticket is no withdrawal that waits to be paid out.
    #[error("the withdrawal does not wait to be paid out")]
    WithdrawalNotRequested,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
