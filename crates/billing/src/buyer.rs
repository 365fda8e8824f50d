use ferroboard_kernel::{Cents, GroupId, PlanId, UnixSeconds, UserId};

/// A user as far as buying is concerned: columns of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// The row.
    pub id: UserId,
    /// Suspended. The column belongs to accounts; here it is only read.
    pub banned: bool,
    /// Money to spend on orders.
    pub balance: Cents,
    /// Percent off every price.
    pub discount: Option<i64>,
    /// The plan.
    pub plan_id: Option<PlanId>,
    /// Which nodes may be used.
    pub group_id: Option<GroupId>,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// Bytes sent in this period.
    pub upload: i64,
    /// Bytes received in this period.
    pub download: i64,
    /// When the subscription ends; `None` never, 0 none.
    pub expired_at: Option<UnixSeconds>,
}

impl Buyer {
    /// Whether the subscription, if there is one, has not ended.
    pub fn is_running(&self, now: UnixSeconds) -> bool {
        self.expired_at.is_none_or(|end| end > now)
    }

    /// Whether the user may use nodes, used-up traffic aside.
    pub fn is_available(&self, now: UnixSeconds) -> bool {
        !self.banned && self.transfer_enable != 0 && self.is_running(now)
    }
}
