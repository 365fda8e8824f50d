//! What screens show of it.

use ferroboard_audit::Outcome;
use ferroboard_billing::Plan;
use ferroboard_kernel::{AuditId, UnixSeconds, UserId};

/// A plan as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedPlanView {
    /// The plan.
    pub plan: Plan,
    /// The name of its group, while there is one.
    pub group: Option<String>,
    /// Who has it.
    pub users: PlanUsers,
}

/// How many users have a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanUsers {
    /// All of them.
    pub all: i64,
    /// Those of them whose subscription has not ended.
    pub active: i64,
}

/// Which recorded requests are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this action.
    pub action: Option<String>,
    /// Of this administrator.
    pub admin: Option<UserId>,
    /// With this text in the path or the fields, as it stands.
    pub keyword: Option<String>,
}

/// A recorded request of an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditView {
    /// The row.
    pub id: AuditId,
    /// The administrator.
    pub admin: UserId,
    /// Their address, while the account exists.
    pub email: Option<String>,
    /// What was asked for.
    pub action: String,
    /// The request's method.
    pub method: String,
    /// Its path and query.
    pub uri: String,
    /// Its fields as a JSON text, without secrets.
    pub input: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// What it changed, as JSON texts: before and after.
    pub change: Option<(String, String)>,
    /// The status of its answer, if it was answered.
    pub status: Option<u16>,
    /// When it was asked.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

impl AuditView {
    /// How it ended, as far as is known.
    pub const fn outcome(&self) -> Outcome {
        Outcome::of(self.status)
    }
}

/// How many messages stand in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// To be sent.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
}
