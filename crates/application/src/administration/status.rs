//! How the panel is doing, as administrators see it.

use ferroboard_kernel::{Seconds, UnixSeconds};

use crate::administration::context::AdminContext;
use crate::{Error, JobState};

/// After how long without a job the schedule counts as standing still.
const SILENCE: Seconds = Seconds::minutes(2);

/// The state of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemStatus {
    /// Whether a process runs the schedule.
    pub is_scheduled: bool,
    /// When a job last began.
    pub last_job_at: Option<UnixSeconds>,
    /// The time here.
    pub now: UnixSeconds,
    /// The zone in which days are counted.
    pub zone: &'static str,
    /// The site's name.
    pub app_name: String,
    /// The root of its addresses.
    pub app_url: Option<String>,
}

/// What waits to be done, by the names that the reference's queues have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueView {
    /// The queue.
    pub name: &'static str,
    /// How much waits in it.
    pub waiting: i64,
    /// How many processes work on it.
    pub processes: i64,
}

/// The work of the job runner in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkView {
    /// Jobs whose latest run failed.
    pub failed: i64,
    /// Jobs that began within the last hour.
    pub recent: i64,
    /// Whether a process runs the schedule.
    pub is_scheduled: bool,
    /// What waits, queue by queue, by name.
    pub queues: Vec<QueueView>,
}

/// A job whose latest run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJobView {
    /// The job.
    pub name: String,
    /// When that run began.
    pub started_at: Option<UnixSeconds>,
    /// Why it failed.
    pub reason: String,
}

/// How the panel is doing.
pub struct Status(pub(crate) AdminContext);

impl Status {
    /// Whether the schedule runs, the time, and the basics of the site.
    pub async fn system(&self) -> Result<SystemStatus, Error> {
        let jobs = self.0.ports.store.admin()?.list_job_states().await?;
        let now = self.0.ports.clock.now();
        let starts = jobs.iter().filter_map(|(_, state)| state.last_started_at);
        let last_job_at = starts.max();
        let site = self.0.site.current();
        Ok(SystemStatus {
            is_scheduled: is_scheduled(&jobs, now),
            last_job_at,
            now,
            zone: self.0.options.zone.name(),
            app_name: site.site.app_name.clone(),
            app_url: site.site.app_url.clone(),
        })
    }

    /// What waits, queue by queue, by name.
    pub async fn queues(&self) -> Result<Vec<QueueView>, Error> {
        let jobs = self.0.ports.store.admin()?.list_job_states().await?;
        self.queues_of(&jobs).await
    }

    /// The work of the job runner in numbers.
    pub async fn work(&self) -> Result<WorkView, Error> {
        let jobs = self.0.ports.store.admin()?.list_job_states().await?;
        let now = self.0.ports.clock.now();
        let count = |counted: &dyn Fn(&JobState) -> bool| {
            let jobs = jobs.iter().filter(|(_, state)| counted(state));
            i64::try_from(jobs.count()).unwrap_or(i64::MAX)
        };
        Ok(WorkView {
            failed: count(&|state| state.last_error.is_some()),
            recent: count(&|state| began_within(state, Seconds::hours(1), now)),
            is_scheduled: is_scheduled(&jobs, now),
            queues: self.queues_of(&jobs).await?,
        })
    }

    async fn queues_of(&self, jobs: &[(String, JobState)]) -> Result<Vec<QueueView>, Error> {
        let outbox = self.0.ports.store.admin()?.count_outbox().await?;
        let now = self.0.ports.clock.now();
        let running = jobs.iter().filter(|(_, state)| state.is_held_at(now));
        let running = running.count();
        let queue = |name, waiting, processes| QueueView {
            name,
            waiting,
            processes,
        };
        Ok(vec![
            queue("default", 0, i64::try_from(running).unwrap_or(i64::MAX)),
            queue("send_email", outbox.waiting, 1),
        ])
    }

    /// The jobs whose latest run failed, the latest first.
    pub async fn failed_jobs(&self) -> Result<Vec<FailedJobView>, Error> {
        let jobs = self.0.ports.store.admin()?.list_job_states().await?;
        let failed = jobs.into_iter().filter_map(|(name, state)| {
            Some(FailedJobView {
                name,
                started_at: state.last_started_at,
                reason: state.last_error?,
            })
        });
        let mut failed: Vec<FailedJobView> = failed.collect();
        failed.sort_by_key(|job| std::cmp::Reverse(job.started_at));
        Ok(failed)
    }
}

/// Whether a process runs the schedule.
fn is_scheduled(jobs: &[(String, JobState)], now: UnixSeconds) -> bool {
    let mut states = jobs.iter().map(|(_, state)| state);
    states.any(|state| began_within(state, SILENCE, now))
}

/// Whether the job last began so short a time ago.
fn began_within(state: &JobState, span: Seconds, now: UnixSeconds) -> bool {
    let elapsed = state
        .last_started_at
        .and_then(|started| now.elapsed_since(started));
    elapsed.is_some_and(|elapsed| elapsed < span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_counts_for_a_while_and_not_when_the_clock_was_ahead() {
        let now = UnixSeconds::new(1_735_660_800);
        let state = |last_started_at| JobState {
            last_started_at,
            ..JobState::default()
        };
        assert!(!began_within(&state(None), SILENCE, now));
        for (ahead, expected) in [
            (Seconds::new(0), true),
            (Seconds::new(-119), true),
            (Seconds::new(-120), false),
            (Seconds::days(30), false),
        ] {
            let state = state(Some(now.plus(ahead)));
            assert_eq!(began_within(&state, SILENCE, now), expected, "{ahead:?}");
        }
    }
}
