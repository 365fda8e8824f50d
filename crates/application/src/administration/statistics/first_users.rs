//! Who transferred most, where there are very many who transferred something.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{Seconds, UnixSeconds, UserId, Zone};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;
use crate::administration::statistics::queries::RankQueries;
use crate::administration::statistics::views::{Between, UserTraffic};

/// How many users of a day are remembered. Whoever is among the first of several days is among so many of
/// one of them.
const OF_A_DAY: u32 = 1_000;
/// How many of those are added up exactly.
const CANDIDATES: usize = 200;
/// For how long the first of a day that goes on are remembered.
const LASTING: Duration = Duration::from_secs(60);
/// How long after its end a day may still get traffic: what was reported before it is being written.
const LATE: Seconds = Seconds::minutes(10);
/// How far back a day can lie of which something is remembered; a little more than the statistics keep.
const MONTHS: u32 = 3;

/// The first users of each day, as far as somebody asked. A day is looked through once: what one asks later
/// of many days costs as much as of one.
#[derive(Default)]
pub(super) struct FirstUsers(Mutex<BTreeMap<UnixSeconds, FirstOfDay>>);

struct FirstOfDay {
    users: Arc<Vec<UserTraffic>>,
    /// `None` for a day that has ended.
    until: Option<Instant>,
}

impl FirstUsers {
    /// Who transferred most in this time; what each did is of this moment.
    pub(super) async fn of(
        &self,
        store: &dyn RankQueries,
        period: Between,
        limit: u32,
        now: UnixSeconds,
        zone: Zone,
    ) -> Result<Vec<UserTraffic>, Error> {
        let mut sums: HashMap<UserId, i64> = HashMap::new();
        let mut days = self.0.lock().await;
        let oldest = zone.start_of_day(zone.months_before(now, MONTHS));
        days.retain(|day, _| oldest <= *day);
        for day in midnights(period, oldest, now, zone) {
            let users = first_of_day(&mut days, store, day, now).await?;
            for user in users.iter() {
                let sum = sums.entry(user.user).or_default();
                *sum = sum.saturating_add(user.traffic.total());
            }
        }
        drop(days);
        let mut candidates: Vec<(UserId, i64)> = sums.into_iter().collect();
        candidates.sort_unstable_by_key(|(user, sum)| (std::cmp::Reverse(*sum), *user));
        candidates.truncate(CANDIDATES);
        let ids: Vec<UserId> = candidates.into_iter().map(|(user, _)| user).collect();
        let mut users = store.list_user_traffic(&ids, period).await?;
        users.sort_by_key(|user| (std::cmp::Reverse(user.traffic.total()), user.user));
        users.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(users)
    }
}

/// The first users of a day: those that are remembered, or else those of now.
async fn first_of_day(
    days: &mut BTreeMap<UnixSeconds, FirstOfDay>,
    store: &dyn RankQueries,
    day: Between,
    now: UnixSeconds,
) -> Result<Arc<Vec<UserTraffic>>, Error> {
    let known = days.get(&day.from);
    let known = known.filter(|known| known.until.is_none_or(|until| Instant::now() < until));
    if let Some(known) = known {
        return Ok(Arc::clone(&known.users));
    }
    let users = Arc::new(store.list_first_users(day, OF_A_DAY).await?);
    let has_ended = day.until.plus(LATE) <= now;
    let first = FirstOfDay {
        users: Arc::clone(&users),
        until: (!has_ended).then(|| Instant::now() + LASTING),
    };
    days.insert(day.from, first);
    Ok(users)
}

/// The days that begin in this time, as far as there can be traffic of them.
fn midnights(
    period: Between,
    oldest: UnixSeconds,
    now: UnixSeconds,
    zone: Zone,
) -> impl Iterator<Item = Between> {
    let first = zone.start_of_day(period.from.max(oldest));
    let until = period.until.min(next_day(now, zone));
    let days = std::iter::successors(Some(first), move |day| Some(next_day(*day, zone)));
    let days = days.take_while(move |day| *day < until);
    let days = days.filter(move |day| period.from <= *day);
    days.map(move |from| Between {
        from,
        until: next_day(from, zone),
    })
}

/// The midnight after this instant. No day has more than 25 hours, or fewer than 12.
pub(super) fn next_day(at: UnixSeconds, zone: Zone) -> UnixSeconds {
    zone.start_of_day(zone.start_of_day(at).plus(Seconds::hours(36)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn days(from: i64, until: i64, now: i64) -> Vec<i64> {
        let at = |seconds: i64| MIDNIGHT.plus(Seconds::new(seconds));
        let period = Between {
            from: at(from),
            until: at(until),
        };
        let days = midnights(period, at(-10 * 86_400), at(now), Zone::default());
        let days = days.map(|day| {
            assert_eq!(day.until.since(day.from), Seconds::days(1));
            day.from.since(MIDNIGHT).get() / 86_400
        });
        days.collect()
    }

    #[test]
    fn days_count_whose_midnight_lies_in_the_time() {
        let day = 86_400;
        for (from, until, now, expected) in [
            (0, 1, 0, vec![0]),
            (1, day, 0, vec![]),
            (1, day + 1, 2 * day, vec![1]),
            (-1, 2 * day, 5 * day, vec![0, 1]),
            (-1, 9 * day, day, vec![0, 1]),
            (-99 * day, -8 * day, 0, vec![-10, -9]),
            (day, 0, 0, vec![]),
        ] {
            assert_eq!(days(from, until, now), expected, "{from} {until}");
        }
    }
}
