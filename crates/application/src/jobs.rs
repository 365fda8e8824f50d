//! Scheduled jobs: of all processes on one database one runs each at a time.

use std::sync::Arc;

use ferroboard_billing::ResetScope;
use ferroboard_kernel::{Seconds, UnixSeconds};

use crate::core::Core;
use crate::gift_cards::GiftCards;
use crate::node_reports::NodeReports;
use crate::order_jobs::OrderJobs;
use crate::outbox::Outbox;
use crate::real_name_operations::RealNameOperations;
use crate::tickets::Tickets;
use crate::transaction::{finish, retrying};
use crate::{Error, JobState, Schedule, TrafficResets, UnitOfWork};

/// A job that the schedule, or an operator, runs by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// Gives up unpaid orders after two hours and opens paid ones that are not open.
    CheckOrder,
    /// Confirms and pays commission.
    CheckCommission,
    /// Closes tickets that staff answered a day ago.
    CheckTicket,
    /// Asks gateways about payments whose notice may have been lost.
    ReconcilePayments,
    /// Goes on with what an administrator started and a process left behind.
    ResumeOperations,
    /// Counts traffic anew whose time has come.
    ResetTraffic,
    /// Computes the next traffic reset of those who have none.
    ScheduleMissingResets,
    /// Computes the next traffic reset of everybody.
    ScheduleAllResets,
    /// Computes the next traffic resets of plans whose rule has changed.
    FollowResetRules,
    /// Deletes counters, codes and login tokens that have run out.
    CleanupExpired,
    /// Marks unused gift cards as expired whose time is over.
    CleanupGiftCards,
    /// Deletes messages from the outbox that were sent a month ago.
    CleanupMail,
    /// Deletes what nodes reported and what is no longer needed of it.
    CleanupNodes,
}

/// How a job's turn went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It ran; how many rows it touched.
    Done(u64),
    /// Another process is running it at this moment.
    RunningElsewhere,
    /// It ran too recently for its schedule.
    NotDue,
}

/// How long a runner holds a job; a runner that died is replaced after this time.
const LEASE: Seconds = Seconds::minutes(10);

impl Job {
    /// Every job.
    pub const ALL: [Self; 13] = [
        Self::CheckOrder,
        Self::CheckCommission,
        Self::CheckTicket,
        Self::ReconcilePayments,
        Self::ResumeOperations,
        Self::ResetTraffic,
        Self::ScheduleMissingResets,
        Self::ScheduleAllResets,
        Self::FollowResetRules,
        Self::CleanupExpired,
        Self::CleanupGiftCards,
        Self::CleanupMail,
        Self::CleanupNodes,
    ];

    /// The name on the command line and in `ferro_job`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckOrder => "check:order",
            Self::CheckCommission => "check:commission",
            Self::CheckTicket => "check:ticket",
            Self::ReconcilePayments => "check:payment",
            Self::ResumeOperations => "resume:operation",
            Self::ResetTraffic => "reset:traffic",
            Self::ScheduleMissingResets => "reset:traffic --fix-null",
            Self::ScheduleAllResets => "reset:traffic --force",
            Self::FollowResetRules => "reset:schedule",
            Self::CleanupExpired => "cleanup:expired",
            Self::CleanupGiftCards => "cleanup:gift-cards",
            Self::CleanupMail => "cleanup:mail",
            Self::CleanupNodes => "cleanup:nodes",
        }
    }

    /// The job with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.name() == name)
    }

    /// When the schedule runs it.
    pub const fn schedule(self) -> Schedule {
        match self {
            Self::CheckOrder
            | Self::CheckCommission
            | Self::CheckTicket
            | Self::ResumeOperations
            | Self::ResetTraffic
            | Self::FollowResetRules => Schedule::Every(Seconds::minutes(1)),
            Self::ReconcilePayments | Self::CleanupNodes => Schedule::Every(Seconds::minutes(5)),
            Self::CleanupExpired => Schedule::Every(Seconds::minutes(10)),
            Self::CleanupGiftCards => Schedule::Every(Seconds::hours(1)),
            Self::CleanupMail => Schedule::Every(Seconds::days(1)),
            Self::ScheduleMissingResets | Self::ScheduleAllResets => Schedule::OnRequest,
        }
    }
}

/// Runs jobs.
pub struct Jobs(pub(crate) Arc<Core>);

impl Jobs {
    /// Runs the job now, unless another process is at it.
    pub async fn run(&self, job: Job) -> Result<JobOutcome, Error> {
        self.run_if(job, |_, _| true).await
    }

    /// Runs the job if its time has come and no other process is at it.
    pub async fn run_if_due(&self, job: Job) -> Result<JobOutcome, Error> {
        let zone = self.0.options.zone;
        self.run_if(job, |state, now| {
            job.schedule().is_due(state.last_started_at, now, zone)
        })
        .await
    }

    async fn run_if(
        &self,
        job: Job,
        is_due: impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync,
    ) -> Result<JobOutcome, Error> {
        if let Some(refusal) = retrying(|| self.take(job, &is_due)).await? {
            return Ok(refusal);
        }
        let outcome = self.perform(job).await;
        let error = outcome.as_ref().err().map(ToString::to_string);
        retrying(|| self.give_back(job, error.clone())).await?;
        outcome.map(JobOutcome::Done)
    }

    async fn perform(&self, job: Job) -> Result<u64, Error> {
        let orders = || OrderJobs(Arc::clone(&self.0));
        let resets = || TrafficResets(Arc::clone(&self.0));
        match job {
            Job::CheckOrder => orders().check_orders().await,
            Job::CheckCommission => orders().check_commission().await,
            Job::CheckTicket => Tickets(Arc::clone(&self.0)).close_stale().await,
            Job::ReconcilePayments => orders().reconcile().await,
            Job::ResumeOperations => RealNameOperations(Arc::clone(&self.0)).resume().await,
            Job::ResetTraffic => resets().reset_due().await,
            Job::ScheduleMissingResets => resets().reschedule(ResetScope::Unscheduled).await,
            Job::ScheduleAllResets => resets().reschedule(ResetScope::Active).await,
            Job::FollowResetRules => resets().follow_rules().await,
            Job::CleanupExpired => {
                retrying(|| async {
                    let now = self.0.ports.clock.now();
                    let mut tx = self.0.ports.store.begin().await?;
                    let outcome = tx.delete_expired(now).await;
                    finish(tx, outcome.map_err(Error::from)).await
                })
                .await
            }
            Job::CleanupGiftCards => GiftCards(Arc::clone(&self.0)).expire().await,
            Job::CleanupMail => Outbox(Arc::clone(&self.0)).forget_sent().await,
            Job::CleanupNodes => NodeReports(Arc::clone(&self.0)).forget().await,
        }
    }

    async fn take(
        &self,
        job: Job,
        is_due: &(impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync),
    ) -> Result<Option<JobOutcome>, Error> {
        let mut tx = self.0.ports.store.begin().await?;
        let outcome = self.take_within(tx.as_mut(), job, is_due).await;
        finish(tx, outcome).await
    }

    async fn take_within(
        &self,
        tx: &mut dyn UnitOfWork,
        job: Job,
        is_due: &(impl Fn(&JobState, UnixSeconds) -> bool + Send + Sync),
    ) -> Result<Option<JobOutcome>, Error> {
        let now = self.0.ports.clock.now();
        let state = tx.lock_job(job.name()).await?;
        if state.holder.is_some() && state.leased_until > now {
            return Ok(Some(JobOutcome::RunningElsewhere));
        }
        if !is_due(&state, now) {
            return Ok(Some(JobOutcome::NotDue));
        }
        let taken = JobState {
            holder: Some(self.0.options.process_name.clone()),
            leased_until: now.plus(LEASE),
            last_started_at: Some(now),
            ..state
        };
        tx.update_job(job.name(), &taken).await?;
        Ok(None)
    }

    async fn give_back(&self, job: Job, error: Option<String>) -> Result<(), Error> {
        let mut tx = self.0.ports.store.begin().await?;
        let outcome = self.give_back_within(tx.as_mut(), job, error).await;
        finish(tx, outcome).await
    }

    async fn give_back_within(
        &self,
        tx: &mut dyn UnitOfWork,
        job: Job,
        error: Option<String>,
    ) -> Result<(), Error> {
        let state = tx.lock_job(job.name()).await?;
        if state.holder.as_deref() != Some(self.0.options.process_name.as_str()) {
            // The lease ran out and another process took over; the row is its.
            return Ok(());
        }
        let now = self.0.ports.clock.now();
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
            ..state
        };
        tx.update_job(job.name(), &free).await?;
        Ok(())
    }
}
