//! Scheduled jobs: of all processes on one database one runs each at a time.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_billing::ResetScope;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds};
use tokio::sync::Notify;
use tracing::{Instrument as _, Span};

use crate::billing::gift_cards::GiftCards;
use crate::billing::order_jobs::OrderJobs;
use crate::billing::refunding::Refunds;
use crate::billing::renewals::{AutoRenewals, RenewalRun};
use crate::events::deliveries::WebhookDeliveries;
use crate::jobs::chat_outbox::ChatOutbox;
use crate::jobs::job::{Job, JobOutcome};
use crate::jobs::outbox::Outbox;
use crate::jobs::reminders::{ReminderRun, Reminders};
use crate::jobs::upkeep::{Leftover, Upkeep};
use crate::nodes::alerts::NodeAlerts;
use crate::nodes::reports::NodeReports;
use crate::nodes::watches::NodeWatches;
use crate::process::Core;
use crate::real_names::operations::RealNameOperations;
use crate::shadows::account::Shadows;
use crate::support::tickets::Tickets;
use crate::transaction::transact;
use crate::{Error, JobState, TrafficResets, UnitOfWork, UserTasks};

/// How long a runner holds a job without renewing; one that died is replaced after this time.
const LEASE: Seconds = Seconds::minutes(1);
/// How often it renews while the job runs.
const RENEWAL: Duration = Duration::from_secs(20);

impl Job {
    /// What every line of the log says that is written while it runs. Of the level that every filter lets
    /// through that lets a line through.
    fn span(self) -> Span {
        tracing::error_span!("job", name = self.name())
    }
}

impl JobState {
    /// Whether a process has the job.
    pub(crate) fn is_held_at(&self, now: UnixSeconds) -> bool {
        self.holder.is_some() && self.leased_until.holds_at(now, LEASE)
    }
}

/// What a process finds that takes a job.
struct Before {
    state: JobState,
    /// The last start lies ahead: the clock was wrong.
    is_ahead: bool,
}

/// Whether a process may run a job now.
enum Turn {
    /// Yes.
    Taken(Before),
    /// No.
    Refused(JobOutcome),
}

/// Runs jobs.
pub struct Jobs(pub(crate) Arc<Core>);

impl Jobs {
    /// Runs the job now, unless another process is at it.
    pub async fn run(&self, job: Job) -> Result<JobOutcome, Error> {
        let run = self.run_if(job, |_, _| true);
        run.instrument(job.span()).await
    }

    /// Runs the job if its time has come and no other process is at it.
    pub async fn run_if_due(&self, job: Job) -> Result<JobOutcome, Error> {
        let zone = self.0.options.zone;
        let run = self.run_if(job, |state, now| {
            job.schedule().is_due(state.last_started_at, now, zone)
        });
        run.instrument(job.span()).await
    }

    async fn run_if(
        &self,
        job: Job,
        is_due: impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync,
    ) -> Result<JobOutcome, Error> {
        let before = match self.take(job, &is_due).await? {
            Turn::Taken(before) => before,
            Turn::Refused(refusal) => return Ok(refusal),
        };
        let done = Notify::new();
        let work = async {
            let outcome = self.perform(job, &before).await;
            done.notify_one();
            outcome
        };
        // Both to their ends: a statement that is dropped half-way takes its connection along.
        let (outcome, ()) = tokio::join!(work, self.keep(job, &done));
        let error = outcome.as_ref().err().map(ToString::to_string);
        self.give_back(job, error).await?;
        outcome.map(JobOutcome::Done)
    }

    /// Renews the lease until the job is done.
    async fn keep(&self, job: Job, done: &Notify) {
        while tokio::time::timeout(RENEWAL, done.notified())
            .await
            .is_err()
        {
            match self.renew(job).await {
                Ok(true) => {}
                Ok(false) => {
                    // Whatever it still changes is decided by what it finds, as by the other runner.
                    tracing::warn!("another process took a job over");
                    return done.notified().await;
                }
                Err(error) => tracing::warn!(%error, "no lease was renewed"),
            }
        }
    }

    async fn perform(&self, job: Job, before: &Before) -> Result<u64, Error> {
        let orders = || OrderJobs(Arc::clone(&self.0));
        let resets = || TrafficResets(Arc::clone(&self.0));
        let renewals = || AutoRenewals(Arc::clone(&self.0));
        let upkeep = || Upkeep(Arc::clone(&self.0));
        match job {
            Job::CheckOrder => orders().check_orders().await,
            Job::CheckCommission => orders().check_commission().await,
            Job::CheckTicket => Tickets(Arc::clone(&self.0)).close_stale().await,
            Job::CheckServer => NodeAlerts(Arc::clone(&self.0)).tell().await,
            Job::WatchNodes => NodeWatches(Arc::clone(&self.0)).look().await,
            Job::ReconcilePayments => orders().reconcile().await,
            Job::CheckRefund => Refunds(Arc::clone(&self.0)).ask_due().await,
            Job::SyncShadows => Shadows(Arc::clone(&self.0)).repair().await,
            Job::ResumeOperations => {
                let names = RealNameOperations(Arc::clone(&self.0)).resume().await?;
                let users = UserTasks(Arc::clone(&self.0)).resume().await?;
                Ok(names.saturating_add(users))
            }
            Job::ResetTraffic => {
                // Next resets may have been computed by the same clock.
                if before.is_ahead {
                    resets().reschedule(ResetScope::Active).await?;
                }
                resets().reset_due().await
            }
            Job::ScheduleMissingResets => resets().reschedule(ResetScope::Unscheduled).await,
            Job::ScheduleAllResets => resets().reschedule(ResetScope::Active).await,
            Job::FollowResetRules => resets().follow_rules().await,
            Job::RenewSubscriptions => renewals().run(RenewalRun::Ending).await,
            Job::RenewFunded => renewals().run(RenewalRun::Funded).await,
            Job::CleanupExpired => upkeep().forget(Leftover::Expired).await,
            Job::CleanupGiftCards => GiftCards(Arc::clone(&self.0)).expire().await,
            Job::CleanupMail => {
                let messages = ChatOutbox(Arc::clone(&self.0)).forget_failed().await?;
                let mails = Outbox(Arc::clone(&self.0)).forget_done().await?;
                Ok(mails.saturating_add(messages))
            }
            Job::CleanupEvents => WebhookDeliveries(Arc::clone(&self.0)).forget().await,
            Job::CleanupNodes => NodeReports(Arc::clone(&self.0)).forget().await,
            Job::CleanupNotices => upkeep().forget(Leftover::Notices).await,
            Job::CleanupOnline => upkeep().count_online().await,
            Job::CleanupSessions => upkeep().forget(Leftover::Sessions).await,
            Job::ClearUsers => upkeep().forget(Leftover::UnusedUsers).await,
            Job::CheckTraffic => upkeep().note_exhausted().await,
            Job::RemindMail => Reminders(Arc::clone(&self.0)).run(ReminderRun::Daily).await,
            Job::CheckSubscription => {
                Reminders(Arc::clone(&self.0))
                    .run(ReminderRun::Prompt)
                    .await
            }
            Job::RecordDay => upkeep().record_days(before.state.last_finished_at).await,
            Job::ResetLog => upkeep().forget(Leftover::Logs).await,
        }
    }

    async fn take(
        &self,
        job: Job,
        is_due: &(impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync),
    ) -> Result<Turn, Error> {
        transact!(self.0.ports.store, |tx| self
            .take_within(tx, job, is_due)
            .await?)
    }

    async fn take_within(
        &self,
        tx: &mut dyn UnitOfWork,
        job: Job,
        is_due: &(impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync),
    ) -> Result<Turn, Error> {
        let state = tx.lock_job(job.name()).await?;
        let now = tx.find_time().await?;
        if state.is_held_at(now) {
            return Ok(Turn::Refused(JobOutcome::RunningElsewhere));
        }
        if !is_due(&state, now) {
            return Ok(Turn::Refused(JobOutcome::NotDue));
        }
        let taken = JobState {
            holder: Some(self.0.options.process_name.clone()),
            leased_until: now.plus(LEASE),
            last_started_at: Some(now),
            ..state.clone()
        };
        must_move(tx, job, &state, &taken).await?;
        let started = state.last_started_at;
        let is_ahead = started.is_some_and(|started| now.elapsed_since(started).is_none());
        Ok(Turn::Taken(Before { state, is_ahead }))
    }

    async fn renew(&self, job: Job) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| self.renew_within(tx, job).await?)
    }

    /// `false` when another process has taken the job over.
    async fn renew_within(&self, tx: &mut dyn UnitOfWork, job: Job) -> Result<bool, Error> {
        let state = tx.lock_job(job.name()).await?;
        if !self.holds(&state) {
            return Ok(false);
        }
        let renewed = JobState {
            leased_until: tx.find_time().await?.plus(LEASE),
            ..state.clone()
        };
        must_move(tx, job, &state, &renewed).await?;
        Ok(true)
    }

    fn holds(&self, state: &JobState) -> bool {
        state.holder.as_deref() == Some(self.0.options.process_name.as_str())
    }

    async fn give_back(&self, job: Job, error: Option<String>) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self
            .give_back_within(tx, job, error.clone())
            .await?)
    }

    async fn give_back_within(
        &self,
        tx: &mut dyn UnitOfWork,
        job: Job,
        error: Option<String>,
    ) -> Result<(), Error> {
        let state = tx.lock_job(job.name()).await?;
        if !self.holds(&state) {
            // The lease ran out and another process took over; the row is its.
            return Ok(());
        }
        let now = tx.find_time().await?;
        let is_well = error.is_none();
        let free = JobState {
            holder: None,
            leased_until: now,
            last_finished_at: if is_well {
                Some(now)
            } else {
                state.last_finished_at
            },
            last_error: error,
            ..state.clone()
        };
        must_move(tx, job, &state, &free).await
    }
}

/// Writes the state of a locked job. It cannot fail while the lock holds; should it all the same,
/// another process has the job.
async fn must_move(
    tx: &mut dyn UnitOfWork,
    job: Job,
    from: &JobState,
    to: &JobState,
) -> Result<(), Error> {
    if tx.move_job(job.name(), from, to).await? {
        Ok(())
    } else {
        let reason = format!("the job {} moved behind its lock", job.name());
        Err(StoreError::Conflict(reason).into())
    }
}
