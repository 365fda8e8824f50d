use std::collections::BTreeSet;

use ferroboard_kernel::{Seconds, UnixSeconds, UserId};

use crate::{Error, Store, UserChange};

/// How long a transaction may take to commit the note that it wrote: numbers are given out when notes
/// are written, so a lower one may appear after a higher one.
const LATENESS: Seconds = Seconds::new(30);
/// How many notes one query brings.
const PAGE: u32 = 5_000;
/// How many pages are followed before everything is read anew instead.
const MOST_PAGES: usize = 20;

/// A place in the notes of changed users.
#[derive(Debug)]
pub(super) struct Feed {
    /// At and below this number everything was seen.
    floor: i64,
    /// What was seen above it.
    seen: BTreeSet<i64>,
}

impl Feed {
    /// A little before the present end of the notes.
    pub(super) async fn open(store: &dyn Store, now: UnixSeconds) -> Result<Self, Error> {
        let floor = store.find_user_change_before(now.minus(LATENESS)).await?;
        let seen = BTreeSet::new();
        Ok(Self { floor, seen })
    }

    /// The users of the notes that were not seen yet; `None` when there are too many.
    pub(super) async fn next(
        &mut self,
        store: &dyn Store,
        now: UnixSeconds,
    ) -> Result<Option<Vec<UserId>>, Error> {
        let mut changed = BTreeSet::new();
        let mut after = self.floor;
        for _ in 0..MOST_PAGES {
            let page = store.list_user_changes(after, PAGE).await?;
            let unseen = page.iter().filter(|note| self.seen.insert(note.number));
            changed.extend(unseen.map(|note| note.user));
            self.forget(&page, now);
            match page.last() {
                Some(last) if is_full(&page) => after = last.number,
                _ => return Ok(Some(changed.into_iter().collect())),
            }
        }
        Ok(None)
    }

    /// Raises the floor over the old notes.
    fn forget(&mut self, page: &[UserChange], now: UnixSeconds) {
        let settled = now.minus(LATENESS);
        let old = page.iter().take_while(|note| note.at < settled);
        if let Some(last) = old.last() {
            self.floor = self.floor.max(last.number);
            self.seen = self.seen.split_off(&self.floor.saturating_add(1));
        }
    }
}

fn is_full(page: &[UserChange]) -> bool {
    u32::try_from(page.len()).is_ok_and(|length| length >= PAGE)
}
