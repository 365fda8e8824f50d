use std::sync::Arc;

use ferroboard_kernel::{GroupId, UnixSeconds, UserId};

/// What a node knows about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeUser {
    /// Who.
    pub id: UserId,
    /// What the user logs in with. Every list that names the user shares it.
    pub uuid: Arc<str>,
    /// Mbps; `None` and 0 are unlimited.
    pub speed_limit: Option<i64>,
    /// How many devices at once; `None` and 0 are unlimited.
    pub device_limit: Option<i64>,
}

/// A user with what decides about access to nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAccess {
    /// What nodes get.
    pub user: NodeUser,
    /// Whose nodes are open.
    pub group: Option<GroupId>,
    /// Suspended.
    pub banned: bool,
    /// When the subscription ends; `None` never.
    pub expired_at: Option<UnixSeconds>,
    /// Whether less traffic was used than there is.
    pub has_traffic: bool,
}

impl UserAccess {
    /// Whether nodes of the user's group let the user in at `now`. It is not asked whether there is
    /// a plan.
    pub fn is_admitted(&self, now: UnixSeconds) -> bool {
        !self.banned && self.has_traffic && self.expired_at.is_none_or(|end| end >= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::an_access;

    #[test]
    fn access_ends_with_ban_expiry_and_traffic() {
        let now = UnixSeconds::new(100);
        let access = an_access(1, 1);
        assert!(access.is_admitted(now));
        let with = |change: fn(&mut UserAccess)| {
            let mut changed = access.clone();
            change(&mut changed);
            changed.is_admitted(now)
        };
        assert!(!with(|user| user.banned = true));
        assert!(!with(|user| user.has_traffic = false));
        assert!(with(|user| user.expired_at = Some(UnixSeconds::new(100))));
        assert!(!with(|user| user.expired_at = Some(UnixSeconds::new(99))));
    }
}
