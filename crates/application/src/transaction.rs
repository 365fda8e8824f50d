//! How every transaction ends, and when a use case is tried again.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use ferroboard_kernel::StoreError;
use tokio::time::Instant;

use crate::{Error, UnitOfWork};

/// How a transaction ends.
pub(crate) trait Ending: Send {
    /// Makes all changes durable, with what must follow them.
    fn commit(self) -> impl Future<Output = Result<(), Error>> + Send;

    /// Undoes all changes.
    fn rollback(self) -> impl Future<Output = ()> + Send;
}

/// A transaction of the bare store, with which commands fill an empty panel: no node knows whom they make.
impl Ending for Box<dyn UnitOfWork + '_> {
    async fn commit(self) -> Result<(), Error> {
        Ok(UnitOfWork::commit(self).await?)
    }

    async fn rollback(self) {
        if let Err(error) = UnitOfWork::rollback(self).await {
            // What was refused stays refused; the connection is gone, and its transaction with it.
            tracing::warn!(%error, "a rollback failed");
        }
    }
}

/// Commits what succeeded and rolls back what was refused.
pub(crate) async fn finish<T: Send>(
    tx: impl Ending,
    outcome: Result<T, Error>,
) -> Result<T, Error> {
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(refusal) => {
            tx.rollback().await;
            Err(refusal)
        }
    }
}

/// As [`finish`], but undoes as well what came to nothing, which is no refusal.
pub(crate) async fn finish_if_some<T: Send>(
    tx: impl Ending,
    outcome: Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    if matches!(outcome, Ok(None)) {
        tx.rollback().await;
        return Ok(None);
    }
    finish(tx, outcome).await
}

/// How often a use case is tried at most. On a cluster of three whoever wants a row that everybody wants
/// is refused two times out of three.
const MAX_ATTEMPTS: u32 = 40;
/// After how long it is not tried again: who asked for it has gone, or soon will.
const PATIENCE: Duration = Duration::from_secs(15);
/// No pause is longer, however often a use case was tried.
const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// Runs a use case again when another transaction was in its way, with growing pauses. Each attempt
/// must start from nothing: it opens its own transaction and decides on what it reads there.
pub(crate) async fn retrying<T, F, Fut>(attempt: F) -> Result<T, Error>
where
    F: Fn() -> Fut + Send,
    Fut: Future<Output = Result<T, Error>> + Send,
{
    let started = Instant::now();
    let mut tries = 0;
    loop {
        match attempt().await {
            Err(Error::Store(StoreError::Conflict(reason)))
                if tries + 1 < MAX_ATTEMPTS && started.elapsed() < PATIENCE =>
            {
                tracing::debug!(
                    tries,
                    reason,
                    "another transaction was in the way; trying again"
                );
                tokio::time::sleep(pause(tries)).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// How long to wait before the next attempt: any time up to a limit that doubles. Those who were in
/// each other's way would meet again if they all waited as long.
fn pause(tries: u32) -> Duration {
    let limit = Duration::from_millis(5 << tries.min(16)).min(LONGEST_PAUSE);
    // Chance that nothing is decided by: what the standard library draws for its maps is good enough.
    let drawn = RandomState::new().hash_one(tries) % 1_000;
    limit.saturating_mul(u32::try_from(drawn).unwrap_or(0)) / 1_000
}

/// Runs what is done inside one transaction, with `tx` as the open one: commits when it comes to its
/// end, rolls back where a `?` leaves it, and does it again from the beginning when another transaction
/// was in its way.
macro_rules! transact {
    ($store:expr, |$tx:ident| $body:expr) => {
        $crate::transaction::retrying(|| async {
            let mut transaction = $store.begin().await?;
            let outcome = async {
                let $tx = transaction.as_mut();
                Ok::<_, $crate::Error>($body)
            }
            .await;
            $crate::transaction::finish(transaction, outcome).await
        })
        .await
    };
}
pub(crate) use transact;

/// Runs what only reads inside one transaction that nobody waits for, as [`transact!`] does otherwise: for
/// what repositories read and no query of the store does.
macro_rules! look {
    ($store:expr, |$tx:ident| $body:expr) => {
        $crate::transaction::retrying(|| async {
            let mut transaction = $store.begin_reading().await?;
            let seen = async {
                let $tx = transaction.as_mut();
                Ok::<_, $crate::Error>($body)
            }
            .await;
            $crate::transaction::Ending::rollback(transaction).await;
            seen
        })
        .await
    };
}
pub(crate) use look;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn conflict() -> Error {
        Error::Store(StoreError::Conflict("deadlock".to_owned()))
    }

    #[test]
    fn pauses_grow_and_differ_and_have_a_limit() {
        for (tries, limit) in [(0, 5), (1, 10), (6, 320), (7, 320), (39, 320)] {
            let drawn: HashSet<Duration> = (0..64).map(|_| pause(tries)).collect();
            assert!(drawn.len() > 16, "{tries}: {drawn:?}");
            let limit = Duration::from_millis(limit);
            assert!(drawn.iter().all(|pause| *pause < limit), "{drawn:?}");
            assert!(drawn.iter().any(|pause| *pause > limit / 2), "{drawn:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_use_case_is_tried_until_it_is_not_in_the_way() {
        let tries = AtomicU32::new(0);
        let attempt = || async {
            match tries.fetch_add(1, Ordering::Relaxed) {
                0..20 => Err(conflict()),
                _ => Ok(7),
            }
        };
        assert_eq!(retrying(attempt).await, Ok(7));
        assert_eq!(tries.load(Ordering::Relaxed), 21);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_always_in_the_way_is_given_up() {
        let tries = AtomicU32::new(0);
        let attempt = || async {
            tries.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(conflict())
        };
        assert_eq!(retrying(attempt).await, Err(conflict()));
        assert_eq!(tries.swap(0, Ordering::Relaxed), MAX_ATTEMPTS);
        // A lock that another transaction held for ten seconds is waited for twice.
        let attempt = || async {
            tries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(10)).await;
            Err::<(), _>(conflict())
        };
        assert_eq!(retrying(attempt).await, Err(conflict()));
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn other_failures_are_not_tried_again() {
        let tries = AtomicU32::new(0);
        let lost = || Error::Store(StoreError::Unavailable("gone".to_owned()));
        let attempt = || async {
            tries.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(lost())
        };
        assert_eq!(retrying(attempt).await, Err(lost()));
        assert_eq!(tries.load(Ordering::Relaxed), 1);
    }
}
