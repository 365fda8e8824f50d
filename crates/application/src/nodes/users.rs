//! The users whom nodes let in, kept in memory.
//!
//! A table of all admitted users is read once, and then kept up to date from the notes that every
//! change of a user leaves (`ferro_user_change`). From it the list of each set of groups is made when
//! a node asks for it, and kept until one of its users changes or expires.

mod feed;
mod list;
mod table;

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use ferroboard_kernel::{GroupId, UnixSeconds};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;
use crate::context::Context;
use crate::real_names::demand::NodeDemand;

use feed::Feed;
use list::Rendering;
pub use list::{RenderedList, UserList};
use table::UserTable;

/// After what time everything is read anew, at least and at most: what another program changed
/// leaves no note. Between them a hundredth of the time goes into it.
const RELOAD: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(600);
const RELOAD_SHARE: u32 = 100;

/// The lists of this process.
#[derive(Default)]
pub(crate) struct NodeUsers {
    kept: Mutex<Option<Kept>>,
    shown: std::sync::Mutex<Shown>,
}

/// What lists are made of.
struct Kept {
    table: UserTable,
    feed: Feed,
    reload_at: Instant,
    /// When users were last judged.
    judged_at: UnixSeconds,
    /// Who was left out.
    demand: Option<NodeDemand>,
}

/// The lists that were made.
#[derive(Default)]
struct Shown {
    lists: HashMap<Vec<GroupId>, ShownList>,
    /// When it was last looked what changed.
    looked: Option<Instant>,
}

#[derive(Clone)]
struct ShownList {
    list: Arc<UserList>,
    rendering: Rendering,
    /// One of its users has changed since.
    is_outdated: bool,
    /// It was said that there is another one.
    is_announced: bool,
}

impl NodeUsers {
    /// The users of these groups, as they were at most [`Options::user_list_age`] ago.
    ///
    /// [`Options::user_list_age`]: crate::Options::user_list_age
    pub(crate) async fn of(
        &self,
        context: &Context,
        groups: &[GroupId],
    ) -> Result<Arc<UserList>, Error> {
        Ok(self.shown_of(context, groups).await?.list)
    }

    /// The same in the form that most nodes ask for. It is made once for all of them, and kept until the
    /// list is another one.
    pub(crate) async fn rendered(
        &self,
        context: &Context,
        groups: &[GroupId],
        render: fn(&UserList) -> RenderedList,
    ) -> Result<Arc<RenderedList>, Error> {
        let shown = self.shown_of(context, groups).await?;
        shown.rendering.of(&shown.list, render).await
    }

    async fn shown_of(&self, context: &Context, groups: &[GroupId]) -> Result<ShownList, Error> {
        if groups.is_empty() {
            return Ok(ShownList::new(Arc::default()));
        }
        if let Some(list) = self.known(context, groups) {
            return Ok(list);
        }
        let key = key_of(groups);
        let (now, age) = (context.ports.clock.now(), context.options.user_list_age);
        let mut kept = self.kept.lock().await;
        let current = self.brought_up_to_date(context, kept.take(), age).await?;
        let current = kept.insert(current);
        if let Some(list) = self.shown().valid(&key, now) {
            return Ok(list);
        }
        let before = self.shown().latest(&key);
        let list = current.list(&key, now);
        let made = ShownList::in_place_of(before.as_ref(), list);
        self.shown().lists.insert(key, made.clone());
        Ok(made)
    }

    /// The list in the form that most nodes ask for, if it has been made and nothing need be read for it.
    pub(crate) fn known_rendering(
        &self,
        context: &Context,
        groups: &[GroupId],
    ) -> Option<Arc<RenderedList>> {
        self.known(context, groups)?.rendering.known()
    }

    fn known(&self, context: &Context, groups: &[GroupId]) -> Option<ShownList> {
        let shown = self.shown();
        if !shown.is_young(context.options.user_list_age) {
            return None;
        }
        shown.valid(&key_of(groups), context.ports.clock.now())
    }

    /// Reads what changed when that soon grows too old; whether a list is another now.
    pub(crate) async fn look(&self, context: &Context) -> Result<bool, Error> {
        if self.shown().lists.is_empty() {
            return Ok(false);
        }
        let mut kept = self.kept.lock().await;
        let age = context.options.user_list_age / 2;
        let current = self.brought_up_to_date(context, kept.take(), age).await?;
        *kept = Some(current);
        Ok(self.shown().announce(context.ports.clock.now()))
    }

    /// Reads the users that changed, unless it was looked a moment ago.
    async fn brought_up_to_date(
        &self,
        context: &Context,
        kept: Option<Kept>,
        age: Duration,
    ) -> Result<Kept, Error> {
        let looked = Instant::now();
        let demand = context.node_demand();
        let now = context.ports.clock.now();
        let is_kept = |kept: &Kept| {
            // Whoever was judged by a clock that was ahead may be missing.
            let is_judged = now.elapsed_since(kept.judged_at).is_some();
            is_judged && looked < kept.reload_at && kept.demand == demand
        };
        let kept = kept.filter(is_kept);
        let refreshed = match kept {
            Some(kept) if self.shown().is_young(age) => return Ok(kept),
            Some(kept) => kept.refreshed(context).await?,
            None => None,
        };
        if let Some((kept, touched)) = refreshed {
            self.shown().outdate(looked, |groups| {
                groups.iter().any(|group| touched.contains(group))
            });
            return Ok(kept);
        }
        let kept = Kept::load(context).await?;
        let mut shown = self.shown();
        // Those that nobody asked for since they were outdated.
        shown.lists.retain(|_, list| !list.is_outdated);
        shown.outdate(Instant::now(), |_| true);
        Ok(kept)
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ShownList {
    fn new(list: Arc<UserList>) -> Self {
        Self {
            list,
            rendering: Rendering::default(),
            is_outdated: false,
            is_announced: false,
        }
    }

    /// A list that says the same is not rendered again.
    fn in_place_of(before: Option<&Self>, list: UserList) -> Self {
        let list = Arc::new(list.after(before.map(|before| &before.list)));
        let alike = before.filter(|before| list.is_like(&before.list));
        let rendering = alike.map(|before| before.rendering.clone());
        Self {
            rendering: rendering.unwrap_or_default(),
            ..Self::new(list)
        }
    }
}

/// Under what the list of these groups is kept.
fn key_of(groups: &[GroupId]) -> Vec<GroupId> {
    let mut key = groups.to_vec();
    key.sort_unstable();
    key.dedup();
    key
}

impl Kept {
    /// The list of these groups.
    fn list(&mut self, groups: &[GroupId], now: UnixSeconds) -> UserList {
        // Who has expired by this clock is gone from the table, and comes back only if all are read again.
        self.judged_at = self.judged_at.max(now);
        self.table.list(groups, now)
    }

    async fn load(context: &Context) -> Result<Self, Error> {
        let (now, demand) = (context.ports.clock.now(), context.node_demand());
        let began = Instant::now();
        // First the place in the notes: what changes while users are read is then read again.
        let feed = Feed::open(&**context.ports.store, now).await?;
        let table = UserTable::load(context, demand, now).await?;
        let rest = began.elapsed().saturating_mul(RELOAD_SHARE);
        let reload_at = Instant::now() + rest.clamp(*RELOAD.start(), *RELOAD.end());
        Ok(Self {
            table,
            feed,
            reload_at,
            judged_at: now,
            demand,
        })
    }

    /// The same with the users read again that changed, and their groups; `None` when too many did.
    async fn refreshed(
        mut self,
        context: &Context,
    ) -> Result<Option<(Self, HashSet<GroupId>)>, Error> {
        let now = context.ports.clock.now();
        let store = &**context.ports.store;
        let Some(changed) = self.feed.next(store, now).await? else {
            return Ok(None);
        };
        let touched = self
            .table
            .refresh(context, self.demand, &changed, now)
            .await?;
        self.judged_at = now;
        Ok(Some((self, touched)))
    }
}

impl Shown {
    fn is_young(&self, age: Duration) -> bool {
        self.looked.is_some_and(|looked| looked.elapsed() < age)
    }

    /// The list, if it is as it should be.
    fn valid(&self, key: &[GroupId], now: UnixSeconds) -> Option<ShownList> {
        let shown = self.lists.get(key).filter(|shown| !shown.is_outdated);
        shown.filter(|shown| shown.list.is_valid(now)).cloned()
    }

    /// The list as it was last made.
    fn latest(&self, key: &[GroupId]) -> Option<ShownList> {
        self.lists.get(key).cloned()
    }

    fn outdate(&mut self, looked: Instant, is_meant: impl Fn(&[GroupId]) -> bool) {
        for (groups, shown) in &mut self.lists {
            shown.is_outdated |= is_meant(groups);
        }
        self.looked = Some(looked);
    }

    /// Whether there are lists of which it was not said yet that there are others now.
    fn announce(&mut self, now: UnixSeconds) -> bool {
        let mut is_news = false;
        for shown in self.lists.values_mut() {
            if (shown.is_outdated || !shown.list.is_valid(now)) && !shown.is_announced {
                shown.is_announced = true;
                is_news = true;
            }
        }
        is_news
    }
}
