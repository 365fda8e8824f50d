//! What runs for as long as the panel does. Whatever ends, by a panic or otherwise, is started again.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::jobs::task::{Background, Task};
use crate::{Application, Job, JobOutcome};

/// How often the site settings are read again. A change is noticed within five seconds.
const SETTINGS_INTERVAL: Duration = Duration::from_secs(2);
/// How often the schedule is looked at.
const SCHEDULE_INTERVAL: Duration = Duration::from_secs(15);
/// How long a task that ended stays down, at first and at most: one that ends at once again and again
/// must not keep a processor busy.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

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

async fn run(task: Task, application: Arc<Application>) {
    match task {
        Task::Settings => follow_settings(&application).await,
        Task::Outbox => application.outbox.run().await,
        Task::Webhooks => application.webhook_deliveries.run().await,
        Task::Nodes => application.nodes.keep_current().await,
        Task::Schedule => follow_schedule(&application).await,
    }
}

/// Starts the task again whenever it ends. Dropped, it ends the task.
async fn keep(application: Arc<Application>, task: Task) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        let begun = Instant::now();
        let mut running = JoinSet::new();
        let span = tracing::error_span!("task", name = task.name());
        let handle = running.spawn(run(task, Arc::clone(&application)).instrument(span));
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
