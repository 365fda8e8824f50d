use std::collections::{HashMap, HashSet};

use ferroboard_kernel::{GroupId, UnixSeconds, UserId};
use ferroboard_nodes::{UserAccess, UserSet};

use super::list::UserList;
use crate::Error;
use crate::context::Context;
use crate::real_names::demand::NodeDemand;

/// How many users one query brings.
const PAGE: u32 = 5_000;
/// How many users one query names.
const BATCH: usize = 1_000;

/// The admitted users of every group.
#[derive(Debug, Default)]
pub(super) struct UserTable {
    groups: HashMap<GroupId, UserSet>,
}

impl UserTable {
    /// Reads all of them.
    pub(super) async fn load(
        context: &Context,
        demand: Option<NodeDemand>,
        now: UnixSeconds,
    ) -> Result<Self, Error> {
        let mut table = Self::default();
        let mut after = None;
        loop {
            let store = &context.ports.store;
            let page = store.list_admitted_users(after, PAGE, now).await?;
            let Some(last) = page.last() else {
                return Ok(table);
            };
            after = Some(last.user.id);
            for access in let_in(context, demand, page).await? {
                table.put(&access, now);
            }
        }
    }

    /// Reads these users again; the groups whose lists are others now.
    pub(super) async fn refresh(
        &mut self,
        context: &Context,
        demand: Option<NodeDemand>,
        changed: &[UserId],
        now: UnixSeconds,
    ) -> Result<HashSet<GroupId>, Error> {
        let mut touched = HashSet::new();
        for batch in changed.chunks(BATCH) {
            let found = context.ports.store.list_user_access(batch).await?;
            let mut found: HashMap<UserId, UserAccess> = let_in(context, demand, found)
                .await?
                .into_iter()
                .map(|access| (access.user.id, access))
                .collect();
            for user in batch {
                let access = found.remove(user);
                let access = access.filter(|access| access.is_admitted(now));
                let group = access.as_ref().and_then(|access| access.group);
                touched.extend(self.remove_elsewhere(*user, group));
                touched.extend(access.and_then(|access| self.put(&access, now)));
            }
        }
        Ok(touched)
    }

    /// The list of these groups, of which each is named once. Who has expired leaves the table.
    pub(super) fn list(&mut self, groups: &[GroupId], now: UnixSeconds) -> UserList {
        let mut members = Vec::with_capacity(groups.len());
        for group in groups {
            if let Some(set) = self.groups.get_mut(group) {
                set.remove_expired(now);
                members.push(set.clone());
            }
        }
        UserList::new(members, now)
    }

    /// Takes the user in; the group, if its list is another now.
    fn put(&mut self, access: &UserAccess, now: UnixSeconds) -> Option<GroupId> {
        let group = access.group.filter(|_| access.is_admitted(now))?;
        let members = self.groups.entry(group).or_default();
        let is_other = members.insert(&access.user, access.expired_at);
        is_other.then_some(group)
    }

    /// Takes the user out of all groups but this one; those who had the user.
    fn remove_elsewhere(&mut self, user: UserId, but: Option<GroupId>) -> Vec<GroupId> {
        let others = self.groups.iter_mut();
        let others = others.filter(|(group, _)| Some(**group) != but);
        others
            .filter_map(|(group, members)| members.remove(user).then_some(*group))
            .collect()
    }
}

/// Without those who are left out.
async fn let_in(
    context: &Context,
    demand: Option<NodeDemand>,
    mut found: Vec<UserAccess>,
) -> Result<Vec<UserAccess>, Error> {
    if let Some(demand) = demand {
        let users: Vec<UserId> = found.iter().map(|access| access.user.id).collect();
        let left_out = context.left_out(demand, &users).await?;
        found.retain(|access| left_out.binary_search(&access.user.id).is_err());
    }
    Ok(found)
}
