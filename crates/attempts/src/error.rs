use ferroboard_kernel::{Seconds, StoreError};

/// What was tried too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// Something that leaves rows behind.
    Act,
    /// Guessing the code of a coupon.
    Coupon,
    /// A code mailed to one address a moment ago.
    EmailCodeAgain,
    /// Codes mailed to an address, or for a client.
    EmailCode,
    /// Guessing the code of a gift card.
    GiftCard,
    /// Guessing a password.
    Login,
    /// Login links mailed to an address, or for a client.
    MailLink,
    /// Guessing one's old password.
    PasswordChange,
    /// Submitting a real name.
    RealName,
    /// Guessing a mailed code for a new password.
    Recovery,
    /// Registering.
    Registration,
    /// Switching a shadow account on.
    Shadow,
    /// Writing in tickets.
    TicketMessage,
}

/// Something was tried too often. The one refusal of every limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts ({what:?})")]
pub struct Throttled {
    /// What.
    pub what: Attempt,
    /// How long to wait.
    pub wait: Seconds,
}

/// Why an attempt was not let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttemptError {
    /// It was one too many.
    #[error(transparent)]
    Throttled(#[from] Throttled),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
