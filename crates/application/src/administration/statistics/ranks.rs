//! Who is first in what.

use std::collections::HashMap;
use std::sync::Arc;

use ferroboard_kernel::{NodeId, UnixSeconds, UserId, Zone};

use crate::Error;
use crate::administration::context::AdminContext;
use crate::administration::remembered::{Figure, Remembered};
use crate::administration::statistics::first_users::{FirstUsers, next_day};
use crate::administration::statistics::views::{
    Between, InviterRank, NodeRank, UserRank, UserTraffic,
};

/// How many nodes a list of all of them has at most.
const NODES: u32 = 1_000;
/// How far it is counted how many rows were looked at.
const MANY: u32 = 50_000;

/// A rank beside what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared<R> {
    /// The rank.
    pub rank: R,
    /// The bytes of the time before.
    pub previous: i64,
}

/// Ranks of users by traffic, by when and how many.
type UserRanks = Arc<Vec<Compared<UserRank>>>;

/// Who is first in what.
pub struct Ranks {
    context: AdminContext,
    users: Remembered<(Between, u32), UserRanks>,
    first: FirstUsers,
}

impl Ranks {
    pub(crate) fn new(context: AdminContext) -> Self {
        Self {
            context,
            users: Remembered::default(),
            first: FirstUsers::default(),
        }
    }

    /// The nodes that there are by what they carried this day.
    pub async fn nodes_today(&self) -> Result<Vec<NodeRank>, Error> {
        let now = self.context.ports.clock.now();
        let from = self.context.options.zone.start_of_day(now);
        self.known_nodes(Between {
            from,
            until: behind(now),
        })
        .await
    }

    /// The nodes that there are by what they carried the day before.
    pub async fn nodes_yesterday(&self) -> Result<Vec<NodeRank>, Error> {
        let (now, zone) = (self.context.ports.clock.now(), self.context.options.zone);
        let from = zone.start_of_day_before(now);
        let until = zone.start_of_day(now);
        self.known_nodes(Between { from, until }).await
    }

    async fn known_nodes(&self, period: Between) -> Result<Vec<NodeRank>, Error> {
        let store = self.context.ports.store.admin()?;
        let mut ranks = store.rank_nodes(period, NODES).await?;
        ranks.retain(|rank| rank.named.is_some());
        Ok(ranks)
    }

    /// The nodes that carried most in this time, and what they carried in the same time before.
    pub async fn nodes(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<Compared<NodeRank>>, Error> {
        let store = self.context.ports.store.admin()?;
        let ranks = store.rank_nodes(period, limit).await?;
        let ids: Vec<NodeId> = ranks.iter().map(|rank| rank.node).collect();
        let sums = store.sum_nodes(&ids, before(period)).await?;
        let sums: HashMap<NodeId, i64> = sums.into_iter().collect();
        let compared = |rank: NodeRank| Compared {
            previous: sums.get(&rank.node).copied().unwrap_or(0),
            rank,
        };
        Ok(ranks.into_iter().map(compared).collect())
    }

    /// The same of users. A list that is made of very many rows may be a minute old, and is made of those
    /// who were among the first thousand of a day.
    pub async fn users(&self, period: Between, limit: u32) -> Result<UserRanks, Error> {
        let key = (whole_days(period, self.context.options.zone), limit);
        let found = self.users.get(key, self.find_users(period, limit));
        found.await
    }

    async fn find_users(&self, period: Between, limit: u32) -> Result<Figure<UserRanks>, Error> {
        let store = self.context.ports.store.admin()?;
        let rows = store.count_user_days(period, MANY).await?;
        let users = if rows < i64::from(MANY) {
            store.list_first_users(period, limit).await?
        } else {
            let found = self.first.of(store, period, limit, self.now(), self.zone());
            found.await?
        };
        let ids: Vec<UserId> = users.iter().map(|user| user.user).collect();
        let emails = store.list_emails(&ids).await?;
        let mut emails: HashMap<UserId, String> = emails.into_iter().collect();
        let previous = store.list_user_traffic(&ids, before(period)).await?;
        let previous = previous
            .iter()
            .map(|user| (user.user, user.traffic.total()));
        let previous: HashMap<UserId, i64> = previous.collect();
        let compared = |UserTraffic { user, traffic }| Compared {
            previous: previous.get(&user).copied().unwrap_or(0),
            rank: UserRank {
                user,
                email: emails.remove(&user),
                traffic,
            },
        };
        let value = Arc::new(users.into_iter().map(compared).collect());
        Ok(Figure { value, rows })
    }

    /// The users who invited most of those who registered in this time.
    pub async fn inviters(&self, period: Between, limit: u32) -> Result<Vec<InviterRank>, Error> {
        let store = self.context.ports.store.admin()?;
        Ok(store.rank_inviters(period, limit).await?)
    }

    /// The zone in which days are counted.
    pub fn zone(&self) -> Zone {
        self.context.options.zone
    }

    /// Now.
    pub fn now(&self) -> UnixSeconds {
        self.context.ports.clock.now()
    }
}

/// The first second that does not belong to a time that ends with this one.
fn behind(last: UnixSeconds) -> UnixSeconds {
    UnixSeconds::new(last.get().saturating_add(1))
}

/// The time of the same length before.
fn before(period: Between) -> Between {
    let length = period.until.since(period.from).get() - 1;
    Between {
        from: UnixSeconds::new(period.from.get().saturating_sub(length)),
        until: period.from,
    }
}

/// The whole days that begin in this time: traffic is counted at their midnights.
fn whole_days(period: Between, zone: Zone) -> Between {
    let next = |at: UnixSeconds| {
        if zone.start_of_day(at) == at {
            at
        } else {
            next_day(at, zone)
        }
    };
    Between {
        from: next(period.from),
        until: next(period.until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i64, until: i64) -> Between {
        Between {
            from: UnixSeconds::new(from),
            until: UnixSeconds::new(until),
        }
    }

    #[test]
    fn the_time_before_is_as_long_and_does_not_overlap() {
        assert_eq!(before(period(1_000, 1_101)), period(900, 1_000));
        assert_eq!(before(period(1_000, 1_001)), period(1_000, 1_000));
    }

    #[test]
    fn times_with_the_same_midnights_are_the_same_days() {
        let (zone, midnight) = (Zone::default(), 1_735_660_800);
        let days = |from, until| whole_days(period(from, until), zone);
        let day = period(midnight, midnight + 86_400);
        for (from, until) in [
            (midnight, midnight + 1),
            (midnight - 86_399, midnight + 1),
            (midnight - 1, midnight + 86_400),
        ] {
            assert_eq!(days(from, until), day, "{from} {until}");
        }
        assert_ne!(days(midnight, midnight + 86_401), day);
    }
}
