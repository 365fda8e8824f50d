//! Keeping the tables small and true, in small transactions.

use std::sync::Arc;

use ferroboard_auth::AuthPolicy;
use ferroboard_billing::BillingPolicy;
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};
use ferroboard_statistics::{Day, StatisticsService};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, Job, UnitOfWork};

/// How many rows one transaction deletes.
const BATCH: u32 = 1_000;
/// The same of rows that may be large.
const LARGE_BATCH: u32 = 100;
/// Months for which the actions of administrators are kept.
const AUDIT_MONTHS: u32 = 3;
/// How long after the last sign of life a user counts as online.
const ONLINE: Seconds = Seconds::minutes(10);
/// How far back traffic is looked at for users whose quota it used up: more than the pause between
/// two looks.
const RECENT_TRAFFIC: Seconds = Seconds::minutes(5);

/// What is deleted once nobody needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Leftover {
    /// Statistics of users and nodes, and actions of administrators.
    Logs,
    /// Login sessions that have ended.
    Sessions,
    /// Payment notices.
    Notices,
    /// Counters, codes and login tokens that have run out.
    Expired,
    /// Users who never were anything.
    UnusedUsers,
}

pub(crate) struct Upkeep(pub(crate) Arc<Core>);

impl Upkeep {
    /// Records what the days brought that have ended since `last`.
    pub(crate) async fn record_days(&self, last: Option<UnixSeconds>) -> Result<u64, Error> {
        let now = self.now();
        let last = last.filter(|last| now.elapsed_since(*last).is_some());
        let days = Day::unrecorded(last, now, self.0.options.zone);
        for day in &days {
            transact!(self.0.ports.store, |tx| record(tx, *day, now).await?)?;
        }
        Ok(u64::try_from(days.len()).unwrap_or(u64::MAX))
    }

    /// Deletes everything of this kind, some rows in each transaction; how many.
    pub(crate) async fn forget(&self, what: Leftover) -> Result<u64, Error> {
        let mut total = 0;
        loop {
            let count = transact!(self.0.ports.store, |tx| self.forget_some(tx, what).await?)?;
            if count == 0 {
                return Ok(total);
            }
            total += count;
        }
    }

    async fn forget_some(&self, tx: &mut dyn UnitOfWork, what: Leftover) -> Result<u64, Error> {
        let now = self.now();
        Ok(match what {
            Leftover::Logs => {
                let zone = self.0.options.zone;
                let records = StatisticsService.forget(tx, BATCH, now, zone).await?;
                let audit_since = zone.months_before(now, AUDIT_MONTHS);
                records
                    + tx.delete_audit_entries(audit_since, i64::from(BATCH))
                        .await?
            }
            Leftover::Sessions => {
                let opened_before = now.minus(AuthPolicy::SESSION_LIFETIME);
                tx.delete_ended_sessions(now, opened_before, BATCH).await?
            }
            Leftover::Notices => {
                let before = now.minus(BillingPolicy::NOTICES_KEPT);
                let refused_before = now.minus(BillingPolicy::REFUSED_NOTICES_KEPT);
                tx.delete_raw_notices(before, refused_before, LARGE_BATCH)
                    .await?
            }
            Leftover::Expired => tx.delete_expired(now, BATCH).await?,
            Leftover::UnusedUsers => tx.delete_unused_users(BATCH).await?,
        })
    }

    /// Shows nobody as online of whom nothing was heard for ten minutes.
    pub(crate) async fn count_online(&self) -> Result<u64, Error> {
        let now = self.now();
        transact!(self.0.ports.store, |tx| tx
            .update_stale_online(now.minus(ONLINE), now)
            .await?)
    }

    /// Notes the users whose quota was used up a moment ago, so that nodes drop them, whichever
    /// program counted their traffic; how many.
    pub(crate) async fn note_exhausted(&self) -> Result<u64, Error> {
        let now = self.now();
        let mut noted = 0;
        let mut after: Option<UserId> = None;
        loop {
            let users = transact!(self.0.ports.store, |tx| {
                let since = now.minus(RECENT_TRAFFIC);
                let users = tx.list_exhausted_users(since, now, after, BATCH).await?;
                tx.touch(&users);
                users
            })?;
            let Some(last) = users.last() else {
                return Ok(noted);
            };
            after = Some(*last);
            noted += u64::try_from(users.len()).unwrap_or(u64::MAX);
        }
    }

    fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }
}

/// Two processes must not write the record of one day at once.
async fn record(tx: &mut dyn UnitOfWork, day: Day, now: UnixSeconds) -> Result<(), Error> {
    tx.lock_job(Job::RecordDay.name()).await?;
    Ok(StatisticsService.record(tx, day, now).await?)
}
