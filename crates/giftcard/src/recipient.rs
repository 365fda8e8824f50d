use ferroboard_kernel::{PlanId, UnixSeconds, UserId};

/// A user as far as gift cards are concerned. Every column belongs to another domain; here they are
/// only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient {
    /// The row.
    pub id: UserId,
    /// Suspended.
    pub banned: bool,
    /// When the account was made.
    pub created_at: UnixSeconds,
    /// The plan.
    pub plan_id: Option<PlanId>,
    /// When the subscription ends; `None` never, 0 none.
    pub expired_at: Option<UnixSeconds>,
    /// Who invited the user, whether or not that account still exists.
    pub invited_by: Option<UserId>,
    /// The same, if that is another account and exists.
    pub inviter: Option<UserId>,
}

impl Recipient {
    /// Whether a subscription is running.
    pub fn is_active(&self, now: UnixSeconds) -> bool {
        !self.banned && self.plan_id.is_some() && self.expired_at.is_none_or(|end| end > now)
    }
}
