//! The users whom nodes let in, kept in memory.
//!
//! A table of all admitted users is read once, and then kept up to date from the notes that every
//! change of a user leaves (`ferro_user_change`). From it the list of each set of groups is made when
//! a node asks for it, and kept until one of its users changes or expires.

mod feed;
mod list;
mod table;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{GroupId, UnixSeconds};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;
use crate::core::Core;
use crate::real_names::NodeDemand;

use feed::Feed;
pub use list::{RenderedList, UserList};
use table::UserTable;

/// After what time everything is read anew: what another program changed leaves no note.
const RELOAD: Duration = Duration::from_secs(600);

/// The lists of this process.
#[derive(Default)]
pub(crate) struct NodeUsers(Mutex<Option<Kept>>);

/// What is known.
struct Kept {
    table: UserTable,
    feed: Feed,
    lists: HashMap<Vec<GroupId>, Arc<UserList>>,
    loaded: Instant,
    looked: Instant,
    /// Who was left out.
    demand: Option<NodeDemand>,
}

impl NodeUsers {
    /// The users of these groups, as they were at most [`Options::user_list_age`] ago.
    ///
    /// [`Options::user_list_age`]: crate::Options::user_list_age
    pub(crate) async fn of(&self, core: &Core, groups: &[GroupId]) -> Result<Arc<UserList>, Error> {
        if groups.is_empty() {
            return Ok(Arc::default());
        }
        let mut kept = self.0.lock().await;
        let current = match kept.take() {
            Some(current) => current.brought_up_to_date(core).await?,
            None => Kept::load(core).await?,
        };
        Ok(kept.insert(current).list(groups, core.ports.clock.now()))
    }
}

impl Kept {
    async fn load(core: &Core) -> Result<Self, Error> {
        let (now, demand) = (core.ports.clock.now(), core.node_demand());
        // First the place in the notes: what changes while users are read is then read again.
        let feed = Feed::open(core.ports.store.as_ref(), now).await?;
        let table = UserTable::load(core, demand, now).await?;
        let read = Instant::now();
        Ok(Self {
            table,
            feed,
            lists: HashMap::new(),
            loaded: read,
            looked: read,
            demand,
        })
    }

    /// Reads the users that changed, unless it looked a moment ago.
    async fn brought_up_to_date(mut self, core: &Core) -> Result<Self, Error> {
        if self.loaded.elapsed() >= RELOAD || self.demand != core.node_demand() {
            return Self::load(core).await;
        }
        if self.looked.elapsed() < core.options.user_list_age {
            return Ok(self);
        }
        let (looked, now) = (Instant::now(), core.ports.clock.now());
        let store = core.ports.store.as_ref();
        let Some(changed) = self.feed.next(store, now).await? else {
            return Self::load(core).await;
        };
        let touched = self.table.refresh(core, self.demand, &changed, now).await?;
        self.lists
            .retain(|groups, _| !groups.iter().any(|group| touched.contains(group)));
        self.looked = looked;
        Ok(self)
    }

    fn list(&mut self, groups: &[GroupId], now: UnixSeconds) -> Arc<UserList> {
        let mut key = groups.to_vec();
        key.sort_unstable();
        key.dedup();
        if let Some(list) = self.lists.get(&key).filter(|list| list.is_valid(now)) {
            return Arc::clone(list);
        }
        let list = Arc::new(self.table.list(&key, now));
        self.lists.insert(key, Arc::clone(&list));
        list
    }
}
