//! Threads for hashing passwords, apart from the runtime's.

mod allowance;
mod fair_queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ferroboard_auth::{HashingFailed, Requester};
use tokio::sync::oneshot;

use self::allowance::Allowance;
use self::fair_queue::{FairQueue, Pushed};

/// What happens to a job.
enum Turn {
    /// It is done.
    Work,
    /// It gives its place to one that is served earlier.
    GivesWay,
}

type Job = Box<dyn FnOnce(Turn) + Send>;

/// A few threads of low priority with one bounded, fair queue before them. While others want the processors
/// some of them pause. They end when the pool is dropped and the queue is empty.
pub(crate) struct HashingPool {
    shared: Arc<Shared>,
    /// How many may wait for a thread, beside those that an idle one is about to take.
    queue: usize,
}

struct Shared {
    state: Mutex<State>,
    /// Rung once for each job, and for all when the pool is dropped.
    bell: Condvar,
}

struct State {
    queue: FairQueue<Job>,
    /// How many threads wait for a job.
    idle: usize,
    /// How many have one.
    working: usize,
    allowance: Allowance,
    is_closed: bool,
}

impl State {
    /// How many threads are about to take a job.
    fn ready(&self) -> usize {
        let places = self.allowance.places().saturating_sub(self.working);
        places.min(self.idle)
    }
}

impl Shared {
    /// The state; it is locked for moments, never while hashing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job, as soon as there is one; `None` when there will be none.
    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            let may_work = state.is_closed || state.working < state.allowance.places();
            if may_work && let Some(job) = state.queue.pop() {
                state.working += 1;
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            state.idle += 1;
            state = self
                .bell
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Notes that a job is done, and how long it took by the clock and on the processor.
    fn done(&self, elapsed: Duration, worked: Duration) {
        let mut state = self.state();
        state.working -= 1;
        state.allowance.learn(elapsed, worked);
        // This thread takes one of the places, and others those that came back.
        let free = state.allowance.places().saturating_sub(state.working + 1);
        let others = free.min(state.idle).min(state.queue.len());
        drop(state);
        for _ in 0..others {
            self.bell.notify_one();
        }
    }
}

impl HashingPool {
    /// Starts the threads; fails when the operating system gives none.
    pub(crate) fn start(threads: usize, queue: usize, niceness: u8) -> std::io::Result<Self> {
        let pool = Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    queue: FairQueue::new(),
                    idle: 0,
                    working: 0,
                    allowance: Allowance::new(threads),
                    is_closed: false,
                }),
                bell: Condvar::new(),
            }),
            queue,
        };
        for number in 1..=threads {
            let shared = Arc::clone(&pool.shared);
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(&shared, niceness))?;
        }
        Ok(pool)
    }

    /// Runs `task` on one of the threads when the requester's turn has come. Work whose caller has gone
    /// before it begins is skipped.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        requester: &Requester,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move |turn: Turn| {
            if !sender.is_closed() {
                // The caller may have gone in the meantime; then nobody wants the answer.
                let _ = sender.send(match turn {
                    Turn::Work => Ok(task()),
                    Turn::GivesWay => Err(HashingFailed::Busy),
                });
            }
        });
        self.push(job, requester)?;
        let broken = |_| HashingFailed::Broken("the hashing panicked".to_owned());
        receiver.await.map_err(broken)?
    }

    fn push(&self, job: Job, requester: &Requester) -> Result<(), HashingFailed> {
        let pushed = {
            let mut state = self.shared.state();
            let room = self.queue.saturating_add(state.ready());
            state.queue.push(job, requester, room)
        };
        match pushed {
            Pushed::Waits => self.shared.bell.notify_one(),
            // As many wait as before.
            Pushed::InPlaceOf(displaced) => displaced(Turn::GivesWay),
            Pushed::Refused(_) => return Err(HashingFailed::Busy),
        }
        Ok(())
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.shared.state().is_closed = true;
        self.shared.bell.notify_all();
    }
}

fn work(shared: &Shared, niceness: u8) {
    lower_priority(niceness);
    while let Some(job) = shared.next() {
        let (began, worked) = (Instant::now(), processor_time());
        // A panic drops the job's sender, which tells its caller; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(|| job(Turn::Work)));
        let elapsed = began.elapsed();
        let worked = processor_time().zip(worked);
        let worked = worked.map_or(elapsed, |(after, before)| after.saturating_sub(before));
        shared.done(elapsed, worked);
    }
}

/// For how long processors have worked for the calling thread.
#[cfg(target_os = "linux")]
fn processor_time() -> Option<Duration> {
    let clock = rustix::time::ClockId::ThreadCPUTime;
    Duration::try_from(rustix::time::clock_gettime(clock)).ok()
}

/// Elsewhere it is not asked, and all threads may work.
#[cfg(not(target_os = "linux"))]
fn processor_time() -> Option<Duration> {
    None
}

/// Makes the calling thread give way to those that answer requests.
#[cfg(target_os = "linux")]
fn lower_priority(niceness: u8) {
    // On Linux this concerns the thread alone. Without it hashing is only a worse neighbour.
    if let Err(error) = rustix::process::nice(niceness.into()) {
        tracing::debug!(%error, "the priority of a hashing thread could not be lowered");
    }
}

/// Elsewhere the priority belongs to the whole process, so it stays as it is.
#[cfg(not(target_os = "linux"))]
fn lower_priority(_: u8) {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Barrier, mpsc};
    use std::time::Duration;

    use ferroboard_kernel::Email;

    use super::*;

    fn anybody() -> Requester {
        Requester::client(&Email::stored("ann@demo.test"), "192.0.2.1", false)
    }

    #[tokio::test]
    async fn a_panic_reaches_its_caller_and_not_the_next_one() {
        let pool = HashingPool::start(1, 4, 10).unwrap();
        for _ in 0..3 {
            let broken = pool
                .run(&anybody(), || assert_eq!(1, 2, "on purpose"))
                .await;
            assert!(matches!(broken, Err(HashingFailed::Broken(_))));
            assert_eq!(pool.run(&anybody(), || 7).await, Ok(7));
        }
    }

    #[tokio::test]
    async fn beyond_the_queue_callers_are_refused_at_once() {
        let pool = Arc::new(HashingPool::start(1, 2, 10).unwrap());
        let (started, has_started) = mpsc::channel();
        let gate = Arc::new(Barrier::new(2));
        let mut waiting = Vec::new();
        for number in 0..3 {
            let (pool, gate, started) = (Arc::clone(&pool), Arc::clone(&gate), started.clone());
            waiting.push(tokio::spawn(async move {
                pool.run(&anybody(), move || {
                    started.send(()).unwrap();
                    gate.wait();
                    number
                })
                .await
            }));
            tokio::task::yield_now().await;
            if number == 0 {
                has_started.recv_timeout(Duration::from_secs(60)).unwrap();
            }
        }
        assert_eq!(pool.run(&anybody(), || 9).await, Err(HashingFailed::Busy));
        for (number, task) in waiting.into_iter().enumerate() {
            gate.wait();
            assert_eq!(task.await.unwrap(), Ok(number));
        }
        assert_eq!(pool.run(&anybody(), || 9).await, Ok(9));
    }

    #[tokio::test]
    async fn a_full_queue_makes_room_for_a_known_client() {
        let pool = Arc::new(HashingPool::start(1, 1, 10).unwrap());
        let (started, has_started) = mpsc::channel();
        let gate = Arc::new(Barrier::new(2));
        let blocker = {
            let (pool, gate) = (Arc::clone(&pool), Arc::clone(&gate));
            let task = move || {
                started.send(()).unwrap();
                gate.wait().is_leader()
            };
            tokio::spawn(async move { pool.run(&anybody(), task).await })
        };
        tokio::task::yield_now().await;
        has_started.recv_timeout(Duration::from_secs(60)).unwrap();
        let spawn = |requester: Requester, number: u8| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.run(&requester, move || number).await })
        };
        let flood = spawn(anybody(), 1);
        tokio::task::yield_now().await;
        let email = Email::stored("bob@demo.test");
        let owner = spawn(Requester::client(&email, "192.0.2.2", true), 2);
        assert_eq!(flood.await.unwrap(), Err(HashingFailed::Busy));
        gate.wait();
        blocker.await.unwrap().unwrap();
        assert_eq!(owner.await.unwrap(), Ok(2));
    }

    #[tokio::test]
    async fn without_a_queue_idle_threads_are_still_used() {
        let pool = HashingPool::start(2, 0, 10).unwrap();
        while pool.shared.state().idle < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(pool.run(&anybody(), || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_skipped() {
        let pool = Arc::new(HashingPool::start(1, 8, 10).unwrap());
        let gate = Arc::new(Barrier::new(2));
        let done = Arc::new(AtomicUsize::new(0));
        let blocker = {
            let (pool, gate) = (Arc::clone(&pool), Arc::clone(&gate));
            tokio::spawn(async move { pool.run(&anybody(), move || gate.wait().is_leader()).await })
        };
        tokio::task::yield_now().await;
        let abandoned: Vec<_> = (0..4)
            .map(|_| {
                let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
                tokio::spawn(async move {
                    pool.run(&anybody(), move || done.fetch_add(1, Ordering::SeqCst))
                        .await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        for task in abandoned {
            task.abort();
            assert!(task.await.is_err());
        }
        gate.wait();
        blocker.await.unwrap().unwrap();
        assert_eq!(pool.run(&anybody(), || ()).await, Ok(()));
        assert_eq!(done.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn threads_end_with_their_pool() {
        let pool = HashingPool::start(2, 1, 10).unwrap();
        let (sender, receiver) = mpsc::channel::<()>();
        // The job, and with it the sender, is dropped by the thread at the latest when it ends.
        let job = Box::new(move |_: Turn| drop(sender));
        pool.push(job, &anybody()).unwrap();
        drop(pool);
        let ended = receiver.recv_timeout(Duration::from_secs(60));
        assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_the_hashing_threads_have_a_low_priority() {
        let pool = HashingPool::start(1, 1, 10).unwrap();
        let own = || rustix::process::getpriority_process(None).unwrap();
        let before = own();
        let lowered = pool.run(&anybody(), own).await.unwrap();
        assert!(lowered > before || before >= 10, "{before} → {lowered}");
        assert_eq!(own(), before);
    }
}
