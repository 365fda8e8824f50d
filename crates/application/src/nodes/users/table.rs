use std::collections::{BTreeMap, HashMap, HashSet};

use ferroboard_kernel::{GroupId, UnixSeconds, UserId};
use ferroboard_nodes::{NodeUser, UserAccess};

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
    groups: HashMap<GroupId, BTreeMap<UserId, Entry>>,
    places: HashMap<UserId, GroupId>,
}

#[derive(Debug)]
struct Entry {
    user: NodeUser,
    expired_at: Option<UnixSeconds>,
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
                table.put(access, now);
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
            touched.extend(batch.iter().filter_map(|user| self.remove(*user)));
            for access in let_in(context, demand, found).await? {
                touched.extend(self.put(access, now));
            }
        }
        Ok(touched)
    }

    /// The list of these groups.
    pub(super) fn list(&self, groups: &[GroupId], now: UnixSeconds) -> UserList {
        let members = groups.iter().filter_map(|group| self.groups.get(group));
        let admitted = members
            .flat_map(BTreeMap::values)
            .filter(|entry| entry.expired_at.is_none_or(|end| end >= now));
        let mut expires_at: Option<UnixSeconds> = None;
        let mut users: Vec<NodeUser> = admitted
            .inspect(|entry| {
                expires_at = [expires_at, entry.expired_at].into_iter().flatten().min();
            })
            .map(|entry| entry.user.clone())
            .collect();
        users.sort_unstable_by_key(|user| user.id);
        UserList::new(users, now, expires_at)
    }

    fn put(&mut self, access: UserAccess, now: UnixSeconds) -> Option<GroupId> {
        let group = access.group.filter(|_| access.is_admitted(now))?;
        let id = access.user.id;
        let entry = Entry {
            user: access.user,
            expired_at: access.expired_at,
        };
        self.places.insert(id, group);
        self.groups.entry(group).or_default().insert(id, entry);
        Some(group)
    }

    fn remove(&mut self, user: UserId) -> Option<GroupId> {
        let group = self.places.remove(&user)?;
        if let Some(members) = self.groups.get_mut(&group) {
            members.remove(&user);
        }
        Some(group)
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
