//! In which order passwords are hashed. No threads and no clock: what waits, and who is next.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use ferroboard_auth::Requester;
use ferroboard_kernel::{ClientNetworks, Email};

/// How many known ones are taken in a row while strangers wait.
const KNOWN_IN_A_ROW: u32 = 3;

/// How far a password moves whoever asked for it back. Time passes by at least one with each password that
/// is taken, so that even the last of many of one network is ahead of newcomers at some time.
const COST: u64 = 240;

/// Whose share of the threads a password uses up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Share {
    Client(IpAddr),
    Site(IpAddr),
    Account(Email),
}

/// The shares of a requester, each with what a password costs it.
fn shares(requester: &Requester) -> Vec<(Share, u64)> {
    let networks = requester.networks;
    let client = networks.map(|networks| (Share::Client(networks.client), COST));
    let site = networks.and_then(|networks| networks.site);
    let site = site.map(|site| {
        let cost = COST / u64::from(ClientNetworks::SITE_ALLOWANCE);
        (Share::Site(site), cost)
    });
    let account = requester.account.clone();
    let account = account.map(|email| (Share::Account(email), COST));
    client.into_iter().chain(site).chain(account).collect()
}

/// What waits, in two lanes: known clients go first, as long as strangers get one turn in four. Within a
/// lane networks and accounts take turns (start-time fair queueing): whoever has used up a turn waits
/// until all others have had one.
///
/// A full queue takes one that would be served earlier than its last one, and gives that one back: a
/// flood drowns itself before anybody else.
pub(crate) struct FairQueue<T> {
    known: Lane<T>,
    strangers: Lane<T>,
    /// How many known ones were taken since a stranger was, while one waited.
    in_a_row: u32,
}

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pushed<T> {
    /// It waits.
    Waits,
    /// It waits in place of this one.
    InPlaceOf(T),
    /// There is no room for it.
    Refused(T),
}

impl<T> FairQueue<T> {
    pub(crate) fn new() -> Self {
        Self {
            known: Lane::new(),
            strangers: Lane::new(),
            in_a_row: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.known.waiting.len() + self.strangers.waiting.len()
    }

    /// Lets an entry wait where at most `room` may.
    pub(crate) fn push(&mut self, task: T, requester: &Requester, room: usize) -> Pushed<T> {
        let shares = shares(requester);
        let mut displaced = None;
        if self.len() >= room {
            displaced = self.displace_for(&shares, requester.is_known);
            if displaced.is_none() {
                return Pushed::Refused(task);
            }
        }
        let lane = if requester.is_known {
            &mut self.known
        } else {
            &mut self.strangers
        };
        lane.push(task, shares);
        displaced.map_or(Pushed::Waits, Pushed::InPlaceOf)
    }

    /// Takes out the one that would be served last, if the newcomer would be served earlier.
    fn displace_for(&mut self, shares: &[(Share, u64)], is_known: bool) -> Option<T> {
        if is_known {
            let stranger = self.strangers.take_last(None);
            return stranger.or_else(|| self.known.take_last(Some(self.known.turn_of(shares))));
        }
        let turn = self.strangers.turn_of(shares);
        self.strangers.take_last(Some(turn))
    }

    /// Takes the next one.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let strangers_wait = !self.strangers.waiting.is_empty();
        let next = if strangers_wait && self.in_a_row >= KNOWN_IN_A_ROW {
            None
        } else {
            self.known.take_first()
        };
        if next.is_some() {
            self.in_a_row = if strangers_wait { self.in_a_row + 1 } else { 0 };
            return next;
        }
        self.in_a_row = 0;
        self.strangers.take_first()
    }
}

struct Lane<T> {
    /// By turn, and in the order of arrival within one.
    waiting: BTreeMap<(u64, u64), Waiting<T>>,
    arrivals: u64,
    /// The turn of the latest one that was taken.
    now: u64,
    /// When whoever has used up a turn has the next one; those that are not there have it now.
    next_turns: HashMap<Share, u64>,
}

struct Waiting<T> {
    task: T,
    shares: Vec<(Share, u64)>,
}

impl<T> Lane<T> {
    fn new() -> Self {
        Self {
            waiting: BTreeMap::new(),
            arrivals: 0,
            now: 0,
            next_turns: HashMap::new(),
        }
    }

    fn turn_of(&self, shares: &[(Share, u64)]) -> u64 {
        let turns = shares
            .iter()
            .filter_map(|(share, _)| self.next_turns.get(share));
        turns.copied().fold(self.now, u64::max)
    }

    fn push(&mut self, task: T, shares: Vec<(Share, u64)>) {
        let turn = self.turn_of(&shares);
        for (share, cost) in &shares {
            let next = self.next_turns.entry(share.clone()).or_default();
            *next = (*next).max(self.now) + cost;
        }
        self.arrivals += 1;
        let place = (turn, self.arrivals);
        self.waiting.insert(place, Waiting { task, shares });
    }

    fn take_first(&mut self) -> Option<T> {
        let ((turn, _), first) = self.waiting.pop_first()?;
        self.now = turn.max(self.now + 1);
        self.forget_past_turns();
        Some(first.task)
    }

    /// Forgets those whose next turn is now anyway, when they are many beside those that wait.
    fn forget_past_turns(&mut self) {
        if self.next_turns.len() > 8 * (self.waiting.len() + 1) {
            let now = self.now;
            self.next_turns.retain(|_, next| *next > now);
        }
    }

    /// Takes the last one out if its turn is later than the given one. It has used up nothing.
    fn take_last(&mut self, than: Option<u64>) -> Option<T> {
        let last = self.waiting.last_entry()?;
        if than.is_some_and(|turn| last.key().0 <= turn) {
            return None;
        }
        let last = last.remove();
        for (share, cost) in &last.shares {
            if let Some(next) = self.next_turns.get_mut(share) {
                *next = next.saturating_sub(*cost);
            }
        }
        Some(last.task)
    }
}

#[cfg(test)]
mod tests;
