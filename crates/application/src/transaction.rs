//! How every transaction ends, and when a use case is tried again.

use std::time::Duration;

use ferroboard_kernel::StoreError;

use crate::{Error, UnitOfWork};

/// Commits what succeeded and rolls back what was refused.
pub(crate) async fn finish<T>(
    tx: Box<dyn UnitOfWork>,
    outcome: Result<T, Error>,
) -> Result<T, Error> {
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(refusal) => {
            if let Err(error) = tx.rollback().await {
                // The refusal stands; the connection is gone, and its transaction with it.
                tracing::warn!(%error, "a rollback failed");
            }
            Err(refusal)
        }
    }
}

const MAX_ATTEMPTS: u32 = 8;

/// Runs a use case again when another transaction was in its way, with growing pauses. Each attempt
/// must start from nothing: it opens its own transaction and decides on what it reads there.
pub(crate) async fn retrying<T, F, Fut>(attempt: F) -> Result<T, Error>
where
    F: Fn() -> Fut + Send,
    Fut: Future<Output = Result<T, Error>> + Send,
{
    let mut tries = 0;
    loop {
        match attempt().await {
            Err(Error::Store(StoreError::Conflict(reason))) if tries + 1 < MAX_ATTEMPTS => {
                tracing::debug!(
                    tries,
                    reason,
                    "another transaction was in the way; trying again"
                );
                tokio::time::sleep(Duration::from_millis(5 << tries)).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}
