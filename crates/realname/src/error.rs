use ferroboard_kernel::StoreError;

use crate::{InvalidName, NumberRefused};

/// Which fields of a submission are refused, each for its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refused {
    /// The name.
    pub name: Option<InvalidName>,
    /// The identity number.
    pub number: Option<NumberRefused>,
}

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RealNameError {
    /// Name or number cannot be.
    #[error("the name or the identity number is not acceptable")]
    Invalid(Refused),
    /// A submission waits for review.
    #[error("a submission waits for review")]
    AlreadyPending,
    /// The user is verified.
    #[error("the user is verified already")]
    AlreadyApproved,
    /// A rejected user may not submit again.
    #[error("a rejected user may not submit again")]
    ResubmissionClosed,
    /// As many other accounts as allowed have this identity.
    #[error("the identity is in use")]
    IdentityUsed,
    /// What was asked for needs an approval.
    #[error("real-name verification is required")]
    Required,
    /// There is no submission.
    #[error("there is no submission")]
    RecordMissing,
    /// The submission does not stand where the decision applies, or no longer.
    #[error("the submission stands elsewhere")]
    StateConflict,
    /// Another run of the same operation is under way.
    #[error("the operation is under way")]
    OperationRunning,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
