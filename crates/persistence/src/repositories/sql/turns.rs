//! Locks that hold on a cluster too (ADR 0017).
//!
//! A `lock_…` whose decision may leave the locked row as it is takes a turn first: it counts a row of
//! `ferro_lock` on. Of two transactions that take a turn at the same row at the same time, at whichever
//! servers, one is refused and starts again.

use ferroboard_kernel::{
    GiftTemplateId, GroupId, MachineId, PlanId, RouteId, TicketId, UserId, WebhookId,
};

use crate::cluster::Cluster;

/// What is locked, as `ferro_lock` names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Turn(pub(super) String);

impl Turn {
    /// At the codes of all coupons.
    pub(in super::super) fn of_coupon_codes() -> Self {
        Self("coupon_codes".to_owned())
    }

    /// At who is an administrator.
    pub(in super::super) fn of_admins() -> Self {
        Self("admins".to_owned())
    }

    /// At the submissions of one identity.
    pub(in super::super) fn of_identity(lock: i64) -> Self {
        Self(format!("identity:{lock}"))
    }

    /// At all nodes, as administrators change them.
    pub(in super::super) fn of_nodes() -> Self {
        Self("nodes".to_owned())
    }

    /// At a scheduled job.
    pub(in super::super) fn of_job(name: &str) -> Self {
        Self(format!("job:{name}"))
    }

    /// At all endpoints, and at making deliveries to them.
    pub(in super::super) fn of_webhooks() -> Self {
        Self("webhooks".to_owned())
    }

    /// At work on many users.
    pub(in super::super) fn of_user_task(id: i64) -> Self {
        Self(format!("user_task:{id}"))
    }

    /// At a long operation of an administrator's.
    pub(in super::super) fn of_operation(name: &str) -> Self {
        Self(format!("operation:{name}"))
    }
}

impl From<GroupId> for Turn {
    fn from(group: GroupId) -> Self {
        Self(format!("group:{group}"))
    }
}

impl From<MachineId> for Turn {
    fn from(machine: MachineId) -> Self {
        Self(format!("machine:{machine}"))
    }
}

impl From<RouteId> for Turn {
    fn from(route: RouteId) -> Self {
        Self(format!("route:{route}"))
    }
}

impl From<WebhookId> for Turn {
    fn from(webhook: WebhookId) -> Self {
        Self(format!("webhook:{webhook}"))
    }
}

impl From<UserId> for Turn {
    fn from(user: UserId) -> Self {
        Self(format!("user:{user}"))
    }
}

impl From<GiftTemplateId> for Turn {
    fn from(template: GiftTemplateId) -> Self {
        Self(format!("gift_template:{template}"))
    }
}

impl From<PlanId> for Turn {
    fn from(plan: PlanId) -> Self {
        Self(format!("plan:{plan}"))
    }
}

impl From<TicketId> for Turn {
    fn from(ticket: TicketId) -> Self {
        Self(format!("ticket:{ticket}"))
    }
}

/// The turns that a transaction has taken.
#[derive(Debug)]
pub(in super::super) enum Turns {
    /// None is needed: the server writes alone.
    Alone,
    /// These so far: one each is enough for a transaction.
    Taken(Vec<Turn>),
}

impl Turns {
    /// Whether other servers write as well.
    pub(super) fn are_needed(&self) -> bool {
        matches!(self, Self::Taken(_))
    }

    /// Those of a transaction that begins.
    pub(in super::super) fn of(cluster: &Cluster) -> Self {
        if cluster.has_other_writers() {
            Self::Taken(Vec::new())
        } else {
            Self::Alone
        }
    }
}
