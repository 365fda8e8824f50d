//! What is remembered of long lists, so that not every look at them counts and sorts all their rows again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many rows a table has before anything is remembered of its lists: on panels of ordinary size nothing
/// that is shown is old.
pub(crate) const LONG: i64 = 50_000;
/// How many rows of a list are found at once, as whoever looks at the first page often turns to the next.
pub(crate) const FIRST: i64 = 1_000;
/// For how long an answer is given again, for each of the times that finding it took.
const SHARE: u32 = 50;
/// But for no longer than this.
const LONGEST: Duration = Duration::from_secs(60);
/// How many answers are kept.
const ROOM: usize = 256;

/// What was found of lists of long tables.
#[derive(Debug, Default)]
pub(crate) struct ListMemory {
    /// How many rows a list has.
    pub(crate) totals: Answers<i64>,
    /// The keys of its first rows, in its order.
    pub(crate) firsts: Answers<Arc<[i64]>>,
}

/// Answers by what was asked. One that took a moment lasts for moments, and none for more than a minute.
#[derive(Debug)]
pub(crate) struct Answers<V>(Mutex<HashMap<String, Answer<V>>>);

#[derive(Debug)]
struct Answer<V> {
    value: V,
    took: Duration,
    until: Instant,
}

impl<V> Default for Answers<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Answers<V> {
    /// What was found a while ago. When that is too long, nothing: the one who asks is to find it anew, and
    /// those who ask meanwhile get the old answer once more.
    pub(crate) fn get(&self, asked: &str, now: Instant) -> Option<V> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get_mut(asked)?;
        if now >= answer.until {
            answer.until = now + answer.took * 2;
            return None;
        }
        Some(answer.value.clone())
    }

    /// Keeps what was found, which took so long.
    pub(crate) fn keep(&self, asked: String, value: V, took: Duration, now: Instant) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= ROOM {
            answers.retain(|_, answer| now < answer.until);
        }
        if answers.len() >= ROOM {
            answers.clear();
        }
        let until = now + took.saturating_mul(SHARE).min(LONGEST);
        answers.insert(asked, Answer { value, took, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_lasts_for_its_price_and_is_found_anew_by_one() {
        let (answers, began) = (Answers::default(), Instant::now());
        let after = |milliseconds| began + Duration::from_millis(milliseconds);
        assert_eq!(answers.get("users", began), None);
        answers.keep("users".to_owned(), 7, Duration::from_millis(100), began);
        assert_eq!(answers.get("users", after(4_999)), Some(7));
        assert_eq!(answers.get("orders", after(4_999)), None);
        assert_eq!(answers.get("users", after(5_000)), None);
        assert_eq!(answers.get("users", after(5_100)), Some(7));
        assert_eq!(answers.get("users", after(5_200)), None);
    }

    #[test]
    fn no_answer_is_older_than_a_minute() {
        let (answers, began) = (Answers::default(), Instant::now());
        answers.keep("users".to_owned(), 7, Duration::from_secs(30), began);
        assert_eq!(
            answers.get("users", began + Duration::from_secs(59)),
            Some(7)
        );
        assert_eq!(answers.get("users", began + LONGEST), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (answers, now) = (Answers::default(), Instant::now());
        for asked in 0..10 * ROOM {
            answers.keep(asked.to_string(), asked, Duration::from_secs(1), now);
        }
        assert!(answers.0.lock().unwrap().len() <= ROOM);
    }
}
