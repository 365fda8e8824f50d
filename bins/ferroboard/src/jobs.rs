//! The schedule: looks every few seconds whether a job's time has come.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{Application, Job, JobOutcome};

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(15);

/// Runs the jobs that are due, for as long as it is polled.
pub(crate) async fn run(application: Arc<Application>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        for job in Job::ALL.iter().copied() {
            match application.jobs.run_if_due(job).await {
                Ok(JobOutcome::Done(rows)) => {
                    tracing::info!(job = job.name(), rows, "a job is done");
                }
                Ok(JobOutcome::RunningElsewhere | JobOutcome::NotDue) => {}
                Err(error) => tracing::error!(job = job.name(), %error, "a job failed"),
            }
        }
    }
}
