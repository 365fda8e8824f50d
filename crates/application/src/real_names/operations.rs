//! What administrators do with all real names at once: in batches, each its own transaction, so that
//! a process that dies leaves off between two of them and another goes on there.

use std::sync::Arc;

use ferroboard_audit::AuditChange;
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};
use ferroboard_realname::{
    RealNameError, RealNamePolicy, RealNameRecord, Reconciled, Review, ReviewSource, Status,
};
use serde_json::Value;

use crate::administration::audit::change::change;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{Change, Error, OperationState, UnitOfWork, policies};

/// Something that is done with all submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealNameOperation {
    /// Approves what is pending.
    ApproveAll {
        /// Also with a wrong check digit.
        wrong_checksums: bool,
    },
    /// Seals anew what an earlier key sealed, repairs masks, hashes and flags, deletes what belongs
    /// to nobody, and erases what was rejected long ago.
    SyncAll,
}

/// How far an operation has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperationProgress {
    /// Whether it is under way, or was left behind and will be taken up.
    pub running: bool,
    /// Submissions that were looked at; for an approval, that were pending.
    pub total: i64,
    /// Submissions that were changed.
    pub changed: i64,
    /// Submissions of accounts that are gone.
    pub removed: i64,
    /// Submissions whose texts cannot be opened.
    pub failed: i64,
    /// The first of those, at most 50.
    pub failed_ids: Vec<i64>,
    /// When it was started.
    pub started_at: Option<UnixSeconds>,
    /// When it ended.
    pub finished_at: Option<UnixSeconds>,
}

const BATCH: i64 = 500;
/// How long a runner holds an operation without finishing a batch.
const LEASE: Seconds = Seconds::minutes(2);
const LISTED_FAILURES: usize = 50;

impl RealNameOperation {
    const EACH: [Self; 2] = [
        Self::ApproveAll {
            wrong_checksums: false,
        },
        Self::SyncAll,
    ];

    /// The key in `ferro_operation`.
    const fn name(self) -> &'static str {
        match self {
            Self::ApproveAll { .. } => "realname:approve-all",
            Self::SyncAll => "realname:sync-all",
        }
    }

    fn argument(self) -> i64 {
        match self {
            Self::ApproveAll { wrong_checksums } => i64::from(wrong_checksums),
            Self::SyncAll => 0,
        }
    }

    /// The operation of the same name that was started with this argument.
    const fn with(self, argument: i64) -> Self {
        match self {
            Self::ApproveAll { .. } => Self::ApproveAll {
                wrong_checksums: argument != 0,
            },
            Self::SyncAll => Self::SyncAll,
        }
    }
}

impl OperationState {
    /// Whether a process carries the operation out.
    fn is_held_at(&self, now: UnixSeconds) -> bool {
        self.holder.is_some() && self.leased_until.holds_at(now, LEASE)
    }
}

impl From<OperationState> for OperationProgress {
    fn from(state: OperationState) -> Self {
        Self {
            running: state.holder.is_some(),
            total: state.total,
            changed: state.changed,
            removed: state.removed,
            failed: state.failed,
            failed_ids: state.failed_ids,
            started_at: state.started_at,
            finished_at: state.finished_at,
        }
    }
}

/// What administrators do with all real names at once.
pub struct RealNameOperations(pub(crate) Arc<Core>);

impl RealNameOperations {
    /// Carries the operation out, or goes on with one of the same kind that was left behind.
    /// Refused while another is under way. Its batches are not a part of the change, which says how
    /// much they did: jobs carry on what a process left behind.
    pub async fn run(
        &self,
        operation: RealNameOperation,
        change: Change,
    ) -> Result<OperationProgress, Error> {
        self.start(operation, change.admin()).await?;
        let done = self.go_on(operation).await?;
        let changed = Value::from(done.changed.saturating_add(done.removed));
        change!(change, |_tx| AuditChange::of(
            "changed",
            Value::from(0),
            changed.clone()
        ))?;
        Ok(done)
    }

    /// How far the operation has come, or came the last time.
    pub async fn progress(&self, operation: RealNameOperation) -> Result<OperationProgress, Error> {
        look!(self.0.ports.store, |tx| tx
            .find_operation(operation.name())
            .await?)
        .map(OperationProgress::from)
    }

    /// Goes on with what a process left behind; how many submissions were looked at.
    pub async fn resume(&self) -> Result<u64, Error> {
        let mut looked_at = 0_i64;
        for operation in RealNameOperation::EACH {
            if let Some(operation) = self.take_over(operation).await? {
                looked_at = looked_at.saturating_add(self.go_on(operation).await?.total);
            }
        }
        Ok(u64::try_from(looked_at).unwrap_or(0))
    }

    async fn start(&self, operation: RealNameOperation, admin: UserId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self
            .start_within(tx, operation, admin)
            .await?)
    }

    async fn start_within(
        &self,
        tx: &mut dyn UnitOfWork,
        operation: RealNameOperation,
        admin: UserId,
    ) -> Result<(), Error> {
        let state = tx.lock_operation(operation.name()).await?;
        let now = tx.find_time().await?;
        if state.is_held_at(now) {
            return Err(RealNameError::OperationRunning.into());
        }
        let was_left_behind = state.holder.is_some() && state.argument == operation.argument();
        let fresh = OperationState {
            argument: operation.argument(),
            started_by: Some(admin),
            started_at: Some(now),
            ..OperationState::default()
        };
        let taken = if was_left_behind { state } else { fresh };
        self.hold(tx, operation, taken).await
    }

    async fn take_over(
        &self,
        operation: RealNameOperation,
    ) -> Result<Option<RealNameOperation>, Error> {
        transact!(self.0.ports.store, |tx| {
            let state = tx.lock_operation(operation.name()).await?;
            let now = tx.find_time().await?;
            if state.holder.is_none() || state.is_held_at(now) {
                None
            } else {
                let left_behind = operation.with(state.argument);
                self.hold(tx, operation, state).await?;
                Some(left_behind)
            }
        })
    }

    async fn hold(
        &self,
        tx: &mut dyn UnitOfWork,
        operation: RealNameOperation,
        state: OperationState,
    ) -> Result<(), Error> {
        let held = OperationState {
            holder: Some(self.0.options.process_name.clone()),
            leased_until: tx.find_time().await?.plus(LEASE),
            ..state
        };
        tx.update_operation(operation.name(), &held).await?;
        Ok(())
    }

    /// Batch after batch, until none is left.
    async fn go_on(&self, operation: RealNameOperation) -> Result<OperationProgress, Error> {
        loop {
            let state = transact!(self.0.ports.store, |tx| self.batch(tx, operation).await?)?;
            if state.holder.is_none() {
                return Ok(state.into());
            }
        }
    }

    async fn batch(
        &self,
        tx: &mut dyn UnitOfWork,
        operation: RealNameOperation,
    ) -> Result<OperationState, Error> {
        let mut state = tx.lock_operation(operation.name()).await?;
        let now = tx.find_time().await?;
        if state.holder.as_deref() != Some(self.0.options.process_name.as_str()) {
            // The lease ran out, and another process went on.
            return Err(RealNameError::OperationRunning.into());
        }
        let after = (state.position > 0).then(|| UserId::new(state.position));
        let records = tx.lock_real_names(after, BATCH).await?;
        if let Some(last) = records.last() {
            state.position = last.user.get();
            state.leased_until = now.plus(LEASE);
            match operation {
                RealNameOperation::ApproveAll { wrong_checksums } => {
                    self.approve_batch(tx, &records, wrong_checksums, &mut state)
                        .await?;
                }
                RealNameOperation::SyncAll => self.sync_batch(tx, &records, &mut state).await?,
            }
        } else {
            state.holder = None;
            state.finished_at = Some(now);
        }
        tx.update_operation(operation.name(), &state).await?;
        Ok(state)
    }

    async fn approve_batch(
        &self,
        tx: &mut dyn UnitOfWork,
        records: &[RealNameRecord],
        wrong_checksums: bool,
        state: &mut OperationState,
    ) -> Result<(), Error> {
        let pending = records
            .iter()
            .filter(|record| record.status == Status::Pending);
        let users: Vec<UserId> = pending.map(|record| record.user).collect();
        if users.is_empty() {
            return Ok(());
        }
        let review = self.bulk_review(state.started_by);
        let approved = tx
            .move_pending_real_names(&users, wrong_checksums, &review)
            .await?;
        add(&mut state.total, users.len());
        add(&mut state.changed, usize::try_from(approved).unwrap_or(0));
        Ok(())
    }

    async fn sync_batch(
        &self,
        tx: &mut dyn UnitOfWork,
        records: &[RealNameRecord],
        state: &mut OperationState,
    ) -> Result<(), Error> {
        let users: Vec<UserId> = records.iter().map(|record| record.user).collect();
        let removed = tx.delete_orphaned_real_names(&users).await?;
        add(&mut state.total, records.len());
        add(&mut state.removed, usize::try_from(removed).unwrap_or(0));
        let policy = self.policy();
        let cipher = self.0.ports.identity_cipher.as_ref();
        let now = self.0.ports.clock.now();
        for record in records {
            match record.reconciled(&policy, cipher, now) {
                Reconciled::Unchanged => {}
                // Only what is wrong is written, and each row gets texts of its own. One of an
                // account that is gone was deleted above.
                Reconciled::Changed(fresh) => {
                    let written = tx.move_real_name(&fresh, record.status).await?;
                    add(&mut state.changed, usize::from(written));
                }
                Reconciled::Unreadable => {
                    add(&mut state.failed, 1);
                    if state.failed_ids.len() < LISTED_FAILURES {
                        state.failed_ids.push(record.user.get());
                    }
                }
            }
        }
        Ok(())
    }

    /// The rules, whether or not the plugin is on: what is stored must be kept in order.
    fn policy(&self) -> RealNamePolicy {
        policies::real_name(&self.0.site.plugins().real_name.settings)
    }

    fn bulk_review(&self, admin: Option<UserId>) -> Review {
        Review {
            at: self.0.ports.clock.now(),
            by: admin,
            source: ReviewSource::Bulk,
        }
    }
}

fn add(sum: &mut i64, count: usize) {
    *sum = sum.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
}
