//! Pools of connections, alike for every database.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolBuilder, PoolError, TimeoutType};
use ferroboard_kernel::StoreError;

/// How long a use case waits for a connection to become free, and for a new one to be made.
const WAIT: Duration = Duration::from_secs(10);

/// Where a store takes its connections from: two pools on SQLite, twice the same one elsewhere.
pub(crate) struct Pools<M: Manager> {
    /// For queries outside transactions.
    pub(crate) readers: Pool<M>,
    /// For transactions, and for single statements that change something.
    pub(crate) writers: Pool<M>,
}

/// Finishes a pool.
pub(crate) fn build<M: Manager>(builder: PoolBuilder<M>) -> Result<Pool<M>, StoreError> {
    builder
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .build()
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Takes a connection, waiting for one if need be.
pub(crate) async fn checkout<M>(pool: &Pool<M>) -> Result<Object<M>, StoreError>
where
    M: Manager,
    M::Error: std::fmt::Display,
{
    pool.get().await.map_err(|error| {
        StoreError::Unavailable(match error {
            PoolError::Timeout(TimeoutType::Wait) => {
                format!("no connection became free within {} s", WAIT.as_secs())
            }
            PoolError::Timeout(_) => {
                format!("the server did not answer within {} s", WAIT.as_secs())
            }
            other => other.to_string(),
        })
    })
}
