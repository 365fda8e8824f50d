//! How what blocks leaves the threads that must not be blocked.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

/// A thread of tokio's for each task. Tasks are boxed, so that what runs them is compiled once and not for each of
/// some five hundred statements.
pub(crate) struct OwnThread;

impl SpawnBlocking for OwnThread {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let task: Box<dyn FnOnce() + Send> = Box::new(move || {
            // Whoever asked may have gone.
            let _ = answer.send(task());
        });
        let running = tokio::task::spawn_blocking(task);
        Box::pin(async move {
            running.await?;
            Ok(answered.try_recv()?)
        })
    }

    fn get_runtime() -> Self {
        Self
    }
}
