use std::collections::BTreeSet;

use ferroboard_kernel::{Seconds, UnixSeconds, UserId};

use crate::{Error, Queries, UserChange};

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
    pub(super) async fn open(store: &dyn Queries, now: UnixSeconds) -> Result<Self, Error> {
        let floor = store.find_user_change_before(now.minus(LATENESS)).await?;
        let seen = BTreeSet::new();
        Ok(Self { floor, seen })
    }

    /// The users of the notes that were not seen yet; `None` when there are too many.
    pub(super) async fn next(
        &mut self,
        store: &dyn Queries,
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

    /// Raises the floor over the old notes, and over those that a clock wrote which was ahead: nothing is
    /// to be waited for behind them, and they would be read again and again.
    fn forget(&mut self, page: &[UserChange], now: UnixSeconds) {
        let settled = now.minus(LATENESS);
        let is_old = |note: &&UserChange| note.at < settled || note.at > now.latest_start();
        let old = page.iter().take_while(is_old);
        if let Some(last) = old.last() {
            self.floor = self.floor.max(last.number);
            self.seen = self.seen.split_off(&self.floor.saturating_add(1));
        }
    }
}

fn is_full(page: &[UserChange]) -> bool {
    u32::try_from(page.len()).is_ok_and(|length| length >= PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_lie_ahead_are_read_once() {
        const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
        for (ahead, floor) in [
            (-31, 1),
            (-30, 0),
            (0, 0),
            (60, 0),
            (61, 1),
            (30 * 86_400, 1),
        ] {
            let note = UserChange {
                number: 1,
                user: UserId::new(1),
                at: NOW.plus(Seconds::new(ahead)),
            };
            let mut feed = Feed {
                floor: 0,
                seen: BTreeSet::from([1]),
            };
            feed.forget(&[note], NOW);
            assert_eq!(feed.floor, floor, "{ahead}");
        }
    }
}
