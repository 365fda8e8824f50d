use ferroboard_kernel::Seconds;

use crate::Limit;

/// What a logged-in user does that leaves rows behind, draws on the nodes or has mail sent. Each is
/// limited by account and by spans of the clock, far above what a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Draws a link that logs in once.
    DrawLoginLink,
    /// Places an order.
    PlaceOrder,
    /// Starts the payment of an order at a gateway.
    CheckOut,
    /// Replaces UUID and subscription token, which every node hears of.
    ResetSecurity,
    /// Sets another password, which is mailed about.
    ChangePassword,
    /// Moves commission to the balance: two entries of the ledger.
    TransferCommission,
    /// Opens a ticket, or writes in one.
    WriteMessage,
    /// Gives the shadow account the password.
    CopyPassword,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 8] = [
        Self::DrawLoginLink,
        Self::PlaceOrder,
        Self::CheckOut,
        Self::ResetSecurity,
        Self::ChangePassword,
        Self::TransferCommission,
        Self::WriteMessage,
        Self::CopyPassword,
    ];

    /// The word in the names of counters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DrawLoginLink => "login-link",
            Self::PlaceOrder => "order",
            Self::CheckOut => "checkout",
            Self::ResetSecurity => "reset",
            Self::ChangePassword => "password",
            Self::TransferCommission => "transfer",
            Self::WriteMessage => "message",
            Self::CopyPassword => "shadow-password",
        }
    }

    /// How often one account may do it within a span of the clock.
    pub const fn limit(self) -> Limit {
        let (count, window) = match self {
            Self::DrawLoginLink => (60, Seconds::hours(1)),
            Self::ResetSecurity | Self::CopyPassword => (20, Seconds::hours(1)),
            Self::ChangePassword => (20, Seconds::days(1)),
            Self::PlaceOrder | Self::TransferCommission => (100, Seconds::days(1)),
            Self::CheckOut | Self::WriteMessage => (200, Seconds::days(1)),
        };
        Limit { count, window }
    }
}
