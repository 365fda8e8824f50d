//! What was read a moment ago, for the many who ask for the same.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;

/// One value, which is read again when it is too old, or when this process has changed what it depends on since.
/// While it is read the others who ask wait for it: it is read once however many there are.
pub(crate) struct Snapshot<T> {
    known: ArcSwapOption<Known<T>>,
    reading: Mutex<()>,
}

struct Known<T> {
    value: Arc<T>,
    /// When reading it began.
    at: Instant,
    /// What had been changed then.
    state: Changes,
}

/// How many changes there have been of what a value depends on.
pub(crate) type Changes = u64;

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        Self {
            known: ArcSwapOption::default(),
            reading: Mutex::default(),
        }
    }
}

impl<T: Send + Sync> Snapshot<T> {
    /// The value, if it is younger and nothing has been changed since.
    pub(crate) fn young(&self, age: Duration, state: Changes) -> Option<Arc<T>> {
        let known = self.known.load();
        let known = known.as_ref()?;
        let is_young = known.at.elapsed() < age && known.state == state;
        is_young.then(|| Arc::clone(&known.value))
    }

    /// The same, or as it is read now. `state` is asked before reading, so that what is changed meanwhile is
    /// read once more.
    pub(crate) async fn get<F>(
        &self,
        age: Duration,
        state: impl Fn() -> Changes + Send + Sync,
        read: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        if let Some(value) = self.young(age, state()) {
            return Ok(value);
        }
        let _turn = self.reading.lock().await;
        if let Some(value) = self.young(age, state()) {
            return Ok(value);
        }
        let (at, state) = (Instant::now(), state());
        let value = Arc::new(read().await?);
        self.known.store(Some(Arc::new(Known {
            value: Arc::clone(&value),
            at,
            state,
        })));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const AGE: Duration = Duration::from_secs(1);

    /// Counts how often it was read.
    #[derive(Default)]
    struct Source {
        reads: AtomicU64,
        changes: AtomicU64,
        snapshot: Snapshot<u64>,
    }

    impl Source {
        async fn get(&self) -> u64 {
            let state = || self.changes.load(Ordering::SeqCst);
            let read = || async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok(self.reads.fetch_add(1, Ordering::SeqCst) + 1)
            };
            *self.snapshot.get(AGE, state, read).await.unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_read_once_until_it_is_too_old() {
        let source = Source::default();
        let both = tokio::join!(source.get(), source.get());
        assert_eq!(both, (1, 1));
        tokio::time::advance(Duration::from_millis(900)).await;
        assert_eq!(source.get().await, 1);
        // Its age counts from when reading it began.
        tokio::time::advance(Duration::from_millis(90)).await;
        assert_eq!(source.get().await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_changed_is_read_again_also_when_it_was_being_read() {
        let source = Source::default();
        assert_eq!(source.get().await, 1);
        source.changes.fetch_add(1, Ordering::SeqCst);
        assert_eq!(source.get().await, 2);
        source.changes.fetch_add(1, Ordering::SeqCst);
        let change_meanwhile = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            source.changes.fetch_add(1, Ordering::SeqCst);
        };
        let (read, ()) = tokio::join!(source.get(), change_meanwhile);
        assert_eq!(read, 3);
        assert_eq!(source.get().await, 4);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let snapshot = Snapshot::<u64>::default();
        let failed = || async {
            Err(Error::Store(ferroboard_kernel::StoreError::Unavailable(
                "x".into(),
            )))
        };
        assert!(snapshot.get(AGE, || 0, failed).await.is_err());
        assert!(snapshot.young(AGE, 0).is_none());
        assert_eq!(
            *snapshot.get(AGE, || 0, || async { Ok(7) }).await.unwrap(),
            7
        );
    }
}
