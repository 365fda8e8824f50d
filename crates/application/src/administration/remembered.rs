//! Figures about very many rows, which are not counted again for every look.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

/// Answers about fewer rows are found anew each time: no panel of ordinary size shows anything old.
const MANY: i64 = 50_000;
/// For how long an answer about many is given again, for each of the times that finding it took.
const SHARE: u32 = 50;
/// But for no longer than this.
const LONGEST: Duration = Duration::from_secs(60);
/// How many answers are kept.
const ROOM: usize = 64;

/// Answers by what was asked. While one is found anew, the others who ask get the last one.
pub(crate) struct Remembered<K, V> {
    answers: Mutex<HashMap<K, Answer<V>>>,
    turn: tokio::sync::Mutex<()>,
}

struct Answer<V> {
    value: V,
    until: Instant,
}

/// What was found.
pub(crate) struct Figure<V> {
    pub(crate) value: V,
    /// About how many rows were looked at.
    pub(crate) rows: i64,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl<K: Eq + Hash + Clone + Send, V: Clone + Send> Remembered<K, V> {
    /// What was found for this a moment ago, or what is found now.
    pub(crate) async fn get<F>(&self, asked: K, find: F) -> Result<V, Error>
    where
        F: Future<Output = Result<Figure<V>, Error>> + Send,
    {
        let (last, is_valid) = self.last(&asked);
        let Some(last) = last else {
            return self.found(asked, find).await;
        };
        if is_valid {
            return Ok(last);
        }
        match self.turn.try_lock() {
            Ok(_turn) => self.found(asked, find).await,
            Err(_) => Ok(last),
        }
    }

    async fn found<F>(&self, asked: K, find: F) -> Result<V, Error>
    where
        F: Future<Output = Result<Figure<V>, Error>> + Send,
    {
        let began = Instant::now();
        let figure = find.await?;
        let mut answers = self.answers();
        if figure.rows < MANY {
            answers.remove(&asked);
            return Ok(figure.value);
        }
        if answers.len() >= ROOM {
            answers.clear();
        }
        let lasts = began.elapsed().saturating_mul(SHARE).min(LONGEST);
        let answer = Answer {
            value: figure.value.clone(),
            until: Instant::now() + lasts,
        };
        answers.insert(asked, answer);
        Ok(figure.value)
    }

    /// The last answer, and whether it is young enough.
    fn last(&self, asked: &K) -> (Option<V>, bool) {
        let answers = self.answers();
        let last = answers.get(asked);
        let is_valid = last.is_some_and(|last| Instant::now() < last.until);
        (last.map(|last| last.value.clone()), is_valid)
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<K, Answer<V>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found after a second.
    async fn slowly(value: i64, rows: i64) -> Result<Figure<i64>, Error> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(Figure { value, rows })
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_about_few_rows_is_found_anew() {
        let remembered = Remembered::default();
        for value in [1, 2] {
            let found = remembered.get("a", slowly(value, MANY - 1)).await;
            assert_eq!(found.unwrap(), value);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_about_many_rows_lasts_as_long_as_it_took() {
        let remembered = Remembered::default();
        let ask = async |name, value| remembered.get(name, slowly(value, MANY)).await.unwrap();
        assert_eq!(ask("a", 1).await, 1);
        assert_eq!(ask("b", 2).await, 2);
        tokio::time::sleep(Duration::from_secs(48)).await;
        assert_eq!(ask("a", 3).await, 1);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(ask("a", 4).await, 4);
        assert_eq!(ask("b", 5).await, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_while_an_answer_is_found_anew() {
        let remembered = Remembered::default();
        assert_eq!(remembered.get("a", slowly(1, MANY)).await.unwrap(), 1);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let (first, second) = tokio::join!(
            remembered.get("a", slowly(2, MANY)),
            remembered.get("a", slowly(3, MANY)),
        );
        assert_eq!((first.unwrap(), second.unwrap()), (2, 1));
    }
}
