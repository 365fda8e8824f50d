//! Threads for hashing passwords, apart from the runtime's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ferroboard_auth::HashingFailed;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads of low priority with one bounded queue before them. They end when the pool is
/// dropped and the queue is empty.
pub(crate) struct HashingPool {
    queue: SyncSender<Job>,
}

impl HashingPool {
    /// Starts the threads; fails when the operating system gives none.
    pub(crate) fn start(threads: usize, queue: usize) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 1..=threads {
            let receiver = Arc::clone(&receiver);
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(&receiver))?;
        }
        Ok(Self { queue: sender })
    }

    /// Runs `task` on one of the threads. Work whose caller has gone before it begins is skipped.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move || {
            if !sender.is_closed() {
                // The caller may have gone in the meantime; then nobody wants the answer.
                let _ = sender.send(task());
            }
        });
        self.queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => HashingFailed::Busy,
            TrySendError::Disconnected(_) => HashingFailed::Broken("no thread is left".to_owned()),
        })?;
        let broken = |_| HashingFailed::Broken("the hashing panicked".to_owned());
        receiver.await.map_err(broken)
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    lower_priority();
    loop {
        // The lock is held while waiting for a job and never while doing it.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic drops the job's sender, which tells its caller; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Makes the calling thread give way to those that answer requests.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // On Linux this concerns the thread alone. Without it hashing is only a worse neighbour.
    if let Err(error) = rustix::process::nice(10) {
        tracing::debug!(%error, "the priority of a hashing thread could not be lowered");
    }
}

/// Elsewhere the priority belongs to the whole process, so it stays as it is.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Barrier, mpsc};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_panic_reaches_its_caller_and_not_the_next_one() {
        let pool = HashingPool::start(1, 4).unwrap();
        for _ in 0..3 {
            let broken = pool.run(|| assert_eq!(1, 2, "on purpose")).await;
            assert!(matches!(broken, Err(HashingFailed::Broken(_))));
            assert_eq!(pool.run(|| 7).await, Ok(7));
        }
    }

    #[tokio::test]
    async fn beyond_the_queue_callers_are_refused_at_once() {
        let pool = Arc::new(HashingPool::start(1, 2).unwrap());
        let (started, has_started) = mpsc::channel();
        let gate = Arc::new(Barrier::new(2));
        let mut waiting = Vec::new();
        for number in 0..3 {
            let (pool, gate, started) = (Arc::clone(&pool), Arc::clone(&gate), started.clone());
            waiting.push(tokio::spawn(async move {
                pool.run(move || {
                    started.send(()).unwrap();
                    gate.wait();
                    number
                })
                .await
            }));
            tokio::task::yield_now().await;
            if number == 0 {
                has_started.recv_timeout(Duration::from_secs(5)).unwrap();
            }
        }
        assert_eq!(pool.run(|| 9).await, Err(HashingFailed::Busy));
        for (number, task) in waiting.into_iter().enumerate() {
            gate.wait();
            assert_eq!(task.await.unwrap(), Ok(number));
        }
        assert_eq!(pool.run(|| 9).await, Ok(9));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_skipped() {
        let pool = Arc::new(HashingPool::start(1, 8).unwrap());
        let gate = Arc::new(Barrier::new(2));
        let done = Arc::new(AtomicUsize::new(0));
        let blocker = {
            let (pool, gate) = (Arc::clone(&pool), Arc::clone(&gate));
            tokio::spawn(async move { pool.run(move || gate.wait().is_leader()).await })
        };
        tokio::task::yield_now().await;
        let abandoned: Vec<_> = (0..4)
            .map(|_| {
                let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
                tokio::spawn(
                    async move { pool.run(move || done.fetch_add(1, Ordering::SeqCst)).await },
                )
            })
            .collect();
        tokio::task::yield_now().await;
        for task in abandoned {
            task.abort();
            assert!(task.await.is_err());
        }
        gate.wait();
        blocker.await.unwrap().unwrap();
        assert_eq!(pool.run(|| ()).await, Ok(()));
        assert_eq!(done.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn threads_end_with_their_pool() {
        let pool = HashingPool::start(2, 1).unwrap();
        let (sender, receiver) = mpsc::channel::<()>();
        // The job, and with it the sender, is dropped by the thread at the latest when it ends.
        pool.queue.send(Box::new(move || drop(sender))).unwrap();
        drop(pool);
        let ended = receiver.recv_timeout(Duration::from_secs(5));
        assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_the_hashing_threads_have_a_low_priority() {
        let pool = HashingPool::start(1, 1).unwrap();
        let own = || rustix::process::getpriority_process(None).unwrap();
        let before = own();
        let lowered = pool.run(own).await.unwrap();
        assert!(lowered > before || before >= 10, "{before} → {lowered}");
        assert_eq!(own(), before);
    }
}
