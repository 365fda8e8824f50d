/// Why a subscription link got nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// Nobody has the token.
    #[error("nobody has this token")]
    TokenUnknown,
}
