//! Work that takes long, as this process remembers it: how far it is, and what came of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base16ct::lower;
use ferroboard_application::Progress;
use ferroboard_kernel::UserId;

/// For how long what came of a work can be looked at: as long as passwords that are told once may lie in memory.
const KEPT: Duration = Duration::from_secs(600);
/// How long something may be under way before it counts as lost: the longest table is written by then.
const LOST: Duration = Duration::from_secs(6 * 3_600);
/// How many works are remembered; of more the oldest is forgotten.
const MOST: usize = 200;

/// One work of one operator's.
pub(crate) struct Work<E> {
    /// What is counted.
    pub(crate) progress: Arc<Progress>,
    /// How many there are to do; 0 where nobody knows.
    pub(crate) total: u64,
    end: Mutex<Option<E>>,
}

struct Entry<E> {
    key: String,
    admin: UserId,
    since: Instant,
    ended: Option<Instant>,
    work: Arc<Work<E>>,
}

/// The works of a process. Another process knows nothing of them: whoever asks again comes to this one.
pub(crate) struct Known<E>(Mutex<Vec<Entry<E>>>);

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind it is whole at any moment.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<E> Work<E> {
    /// How it ended, once it has: `look` sees it.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&E) -> T) -> Option<T> {
        held(&self.end).as_ref().map(look)
    }

    /// How it ended, taken out.
    pub(crate) fn take(&self) -> Option<E> {
        held(&self.end).take()
    }

    /// Says how it ended; what is said first holds.
    pub(crate) fn ends(&self, how: E) {
        held(&self.end).get_or_insert(how);
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        held(&self.end).is_some()
    }
}

impl<E> Known<E> {
    /// Knows nothing as yet.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Remembers a new work of the operator's; what it is asked for by, which nobody can guess.
    pub(crate) fn begin(
        &self,
        admin: UserId,
        total: u64,
    ) -> Result<(String, Arc<Work<E>>), getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let key = lower::encode_string(&bytes);
        let work = Arc::new(Work {
            progress: Arc::default(),
            total,
            end: Mutex::new(None),
        });
        let mut entries = held(&self.0);
        clear(&mut entries, Instant::now());
        if entries.len() >= MOST {
            entries.remove(0);
        }
        entries.push(Entry {
            key: key.clone(),
            admin,
            since: Instant::now(),
            ended: None,
            work: Arc::clone(&work),
        });
        Ok((key, work))
    }

    /// The operator's work of this name.
    pub(crate) fn find(&self, admin: UserId, key: &str) -> Option<Arc<Work<E>>> {
        let mut entries = held(&self.0);
        clear(&mut entries, Instant::now());
        let mut known = entries.iter();
        let found = known.find(|entry| entry.key == key && entry.admin == admin);
        found.map(|entry| Arc::clone(&entry.work))
    }

    /// Forgets a work.
    pub(crate) fn forget(&self, key: &str) {
        held(&self.0).retain(|entry| entry.key != key);
    }
}

/// Forgets what ended long ago, or was begun long ago and has not.
fn clear<E>(entries: &mut Vec<Entry<E>>, now: Instant) {
    for entry in entries.iter_mut() {
        if entry.ended.is_none() && entry.work.has_ended() {
            entry.ended = Some(now);
        }
    }
    entries.retain(|entry| {
        let is_kept = |at: Instant| now.duration_since(at) < KEPT;
        entry.ended.is_none_or(is_kept) && now.duration_since(entry.since) < LOST
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);

    #[test]
    fn a_work_is_known_to_whoever_began_it() {
        let known = Known::<i32>::new();
        let (key, work) = known.begin(ANN, 3).unwrap();
        assert!(known.find(BOB, &key).is_none());
        assert!(known.find(ANN, "another").is_none());
        let found = known.find(ANN, &key).unwrap();
        work.progress.step();
        assert_eq!((found.progress.done(), found.total), (1, 3));
        assert!(!found.has_ended());
        work.ends(7);
        work.ends(8);
        assert_eq!(found.look(|end| *end), Some(7));
        assert_eq!((found.take(), found.take()), (Some(7), None));
        known.forget(&key);
        assert!(known.find(ANN, &key).is_none());
    }

    #[test]
    fn what_ended_is_forgotten_after_a_while() {
        let known = Known::<i32>::new();
        let (_, ended) = known.begin(ANN, 0).unwrap();
        known.begin(ANN, 0).unwrap();
        ended.ends(1);
        let now = Instant::now();
        let left = |after: Duration| {
            let mut entries = held(&known.0);
            clear(&mut entries, now + after);
            entries.len()
        };
        assert_eq!(left(Duration::ZERO), 2);
        assert_eq!(left(KEPT / 2), 2);
        assert_eq!(left(KEPT), 1);
        assert_eq!(left(LOST + Duration::from_secs(1)), 0);
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let known = Known::<i32>::new();
        let (first, _) = known.begin(ANN, 0).unwrap();
        for _ in 0..MOST {
            known.begin(ANN, 0).unwrap();
        }
        assert!(known.find(ANN, &first).is_none());
        assert_eq!(held(&known.0).len(), MOST);
    }
}
