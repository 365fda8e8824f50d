//! Pools of connections, alike for every database.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolBuilder, PoolError, TimeoutType};
use ferroboard_kernel::StoreError;

use crate::cluster::Cluster;

/// How long a use case waits for a connection to become free, and for a new one to be made.
const WAIT: Duration = Duration::from_secs(10);

/// How long a connection may rest before it is asked whether it still lives.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const REST: Duration = Duration::from_secs(5);

/// How long a connection may take to say that it lives.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// When a server was last found gone, through whichever connection. A restart ends every connection
/// at once, and those that were used a moment ago look like new.
static LAST_LOSS: RwLock<Option<Instant>> = RwLock::new(None);

/// Notes that a server was found gone, or that it no longer takes writes: no connection that was in use
/// before is handed out again, and new ones find whoever serves now.
pub(crate) fn note_loss() {
    *LAST_LOSS.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// How long a database counts as full after it had no room: some of what is written still finds some.
const FULL_FOR: Duration = Duration::from_secs(5);

/// When a database last had no room; none since something was written on purpose to see.
static LAST_FULL: RwLock<Option<Instant>> = RwLock::new(None);

/// Notes that a database had no room.
pub(crate) fn note_full() {
    *LAST_FULL.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Notes that there is room again.
pub(crate) fn note_room() {
    *LAST_FULL.write().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Whether there is room, as far as is known.
pub(crate) fn room() -> Room {
    match *LAST_FULL.read().unwrap_or_else(PoisonError::into_inner) {
        None => Room::Enough,
        Some(full) if full.elapsed() < FULL_FOR => Room::None,
        Some(_) => Room::Doubtful,
    }
}

/// What is known of a database's room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Nothing failed for want of it.
    Enough,
    /// A moment ago there was none.
    None,
    /// There was none a while ago, and nobody has looked since.
    Doubtful,
}

/// Refuses a connection that is older than the last loss, and asks one that rested for a sign of
/// life. Neither driver notices every way in which a server goes away.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) async fn check_before_use<C: diesel_async::SimpleAsyncConnection>(
    connection: &mut C,
    metrics: &deadpool::managed::Metrics,
) -> Result<(), &'static str> {
    let used = metrics.recycled.unwrap_or(metrics.created);
    let lost = *LAST_LOSS.read().unwrap_or_else(PoisonError::into_inner);
    if lost.is_some_and(|lost| used <= lost) {
        return Err("the server was lost since");
    }
    if used.elapsed() <= REST {
        return Ok(());
    }
    match tokio::time::timeout(SIGN_OF_LIFE, connection.batch_execute("SELECT 1")).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err("the server closed the connection"),
        Err(_) => Err("the server does not answer"),
    }
}

/// Where a store takes its connections from: two pools on SQLite, twice the same one elsewhere.
pub(crate) struct Pools<M: Manager> {
    /// For queries outside transactions.
    pub(crate) readers: Pool<M>,
    /// For transactions, and for single statements that change something.
    pub(crate) writers: Pool<M>,
    /// What is known of the servers that they lead to.
    pub(crate) cluster: Cluster,
}

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
