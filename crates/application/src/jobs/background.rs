//! What runs for as long as the panel does. Whatever ends, by a panic or otherwise, is started again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use crate::{Application, Job, JobOutcome};

/// A task of the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Notices what other processes changed of the site settings.
    Settings,
    /// Sends queued mail.
    Outbox,
    /// Keeps what nodes are told up to date.
    Nodes,
    /// Runs the scheduled jobs whose time has come.
    Schedule,
}

/// How often the site settings are read again. A change is noticed within five seconds.
const SETTINGS_INTERVAL: Duration = Duration::from_secs(2);
/// How often the schedule is looked at.
const SCHEDULE_INTERVAL: Duration = Duration::from_secs(15);
/// How long a task that ended stays down, at first and at most: one that ends at once again and again
/// must not keep a processor busy.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Task {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Settings, Self::Outbox, Self::Nodes, Self::Schedule];

    /// The name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Outbox => "outbox",
            Self::Nodes => "nodes",
            Self::Schedule => "schedule",
        }
    }

    async fn run(self, application: Arc<Application>) {
        match self {
            Self::Settings => follow_settings(&application).await,
            Self::Outbox => application.outbox.run().await,
            Self::Nodes => application.nodes.keep_current().await,
            Self::Schedule => follow_schedule(&application).await,
        }
    }
}

/// How the tasks of this process fare.
#[derive(Debug, Default)]
pub struct Background {
    states: [State; Task::ALL.len()],
}

#[derive(Debug, Default)]
struct State {
    is_down: AtomicBool,
    restarts: AtomicU64,
    running: Mutex<Option<AbortHandle>>,
}

impl Background {
    /// The tasks that have ended and not begun again yet.
    pub fn down(&self) -> impl Iterator<Item = Task> {
        Task::ALL.into_iter().filter(|task| {
            self.state(*task)
                .is_some_and(|state| state.is_down.load(Ordering::Relaxed))
        })
    }

    /// How often the task had to be started again.
    pub fn restarts(&self, task: Task) -> u64 {
        self.state(task)
            .map_or(0, |state| state.restarts.load(Ordering::Relaxed))
    }

    /// Ends the task as a fault in it would. It is started again.
    pub fn interrupt(&self, task: Task) {
        if let Some(state) = self.state(task)
            && let Some(running) = &*state.running.lock().unwrap_or_else(PoisonError::into_inner)
        {
            running.abort();
        }
    }

    fn state(&self, task: Task) -> Option<&State> {
        let place = Task::ALL.iter().position(|each| *each == task)?;
        self.states.get(place)
    }

    /// Notes that the task runs.
    fn began(&self, task: Task, running: AbortHandle) {
        if let Some(state) = self.state(task) {
            *state.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
            state.is_down.store(false, Ordering::Relaxed);
        }
    }

    /// Notes that the task ended.
    fn ended(&self, task: Task) {
        if let Some(state) = self.state(task) {
            state.is_down.store(true, Ordering::Relaxed);
            state.restarts.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Application {
    /// How the tasks of the background fare.
    pub fn background(&self) -> &Background {
        &self.core.background
    }

    /// Runs the tasks of the background for as long as it is polled; with the schedule only on demand.
    pub async fn run_in_background(self: &Arc<Self>, with_schedule: bool) {
        let mut kept = JoinSet::new();
        for task in Task::ALL {
            if with_schedule || task != Task::Schedule {
                kept.spawn(keep(Arc::clone(self), task));
            }
        }
        while kept.join_next().await.is_some() {}
    }
}

/// Starts the task again whenever it ends. Dropped, it ends the task.
async fn keep(application: Arc<Application>, task: Task) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        let begun = Instant::now();
        let mut running = JoinSet::new();
        let handle = running.spawn(task.run(Arc::clone(&application)));
        application.background().began(task, handle);
        let ended = running.join_next().await;
        application.background().ended(task);
        let cause = match ended {
            Some(Err(error)) => error.to_string(),
            _ => "it returned".to_owned(),
        };
        tracing::error!(
            task = task.name(),
            cause,
            "a background task ended and is started again"
        );
        if begun.elapsed() > LONGEST_PAUSE {
            pause = SHORTEST_PAUSE;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn follow_settings(application: &Application) {
    loop {
        tokio::time::sleep(SETTINGS_INTERVAL).await;
        if let Err(error) = application.site().refresh().await {
            tracing::warn!(%error, "the site settings could not be read again");
        }
    }
}

async fn follow_schedule(application: &Arc<Application>) {
    let mut ticks = tokio::time::interval(SCHEDULE_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        for job in Job::ALL.iter().copied() {
            // Apart from the others: a job that panics every time keeps none behind it from its turn.
            let shared = Arc::clone(application);
            let turn = tokio::spawn(async move { shared.jobs.run_if_due(job).await });
            match turn.await {
                Ok(Ok(JobOutcome::Done(rows))) => {
                    tracing::info!(job = job.name(), rows, "a job is done");
                }
                Ok(Ok(JobOutcome::RunningElsewhere | JobOutcome::NotDue)) => {}
                Ok(Err(error)) => tracing::error!(job = job.name(), %error, "a job failed"),
                Err(error) => tracing::error!(job = job.name(), %error, "a job panicked"),
            }
        }
    }
}
