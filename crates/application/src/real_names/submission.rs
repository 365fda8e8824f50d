//! Who a customer is: submitting a real name, and what is refused without one.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, AttemptService, CounterName, Limit};
use ferroboard_auth::AuthError;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};
use ferroboard_realname::{
    Enforcement, NewSubmission, RealNameError, RealNamePolicy, RealNameRecord, RealNameService,
    Status, Typed,
};

use crate::process::Core;
use crate::transaction::transact;
use crate::{AccountView, Error, UnitOfWork};

/// How long a submission counts against the limit.
const WINDOW: Seconds = Seconds::hours(24);

/// Why a user may not submit now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotSubmit {
    /// A submission waits for review.
    Pending,
    /// The user is verified.
    Approved,
    /// The user was rejected, and one submission is all there is.
    Closed,
    /// Too many submissions in a day.
    Throttled,
}

/// Where a user's verification stands, as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameStatus {
    /// The submission.
    pub record: Option<RealNameRecord>,
    /// Why there can be no submission now.
    pub cannot_submit: Option<CannotSubmit>,
    /// How many submissions are left.
    pub submissions_left: i64,
    /// What the site refuses to who is not verified.
    pub enforcement: Enforcement,
    /// Whether it refuses it to this user now.
    pub demanded: bool,
    /// What the site says above the form.
    pub notice: String,
}

impl RealNameStatus {
    /// Where it stands.
    pub fn status(&self) -> Status {
        self.record
            .as_ref()
            .map_or(Status::Unsubmitted, |record| record.status)
    }
}

/// Real names, as their owners submit them.
pub struct RealNames(pub(crate) Arc<Core>);

impl RealNames {
    /// Where the verification of an account stands that was just read.
    pub async fn status(&self, account: &AccountView) -> Result<RealNameStatus, Error> {
        let policy = self.0.real_name_policy().ok_or(Error::PluginDisabled)?;
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        let record = store.find_real_name(person(account)).await?;
        let counter = CounterName::real_name_submissions(account.id);
        let made = store.count_events(&counter, WINDOW, now).await?;
        Ok(describe(account, record, &policy, made, now))
    }

    /// Takes a submission; the account then stands as it answers.
    pub async fn submit(
        &self,
        account: &AccountView,
        typed: &Typed,
    ) -> Result<RealNameStatus, Error> {
        let policy = self.0.real_name_policy().ok_or(Error::PluginDisabled)?;
        let now = self.0.ports.clock.now();
        let new = self.judged(account.id, typed, &policy, now)?;
        let (record, made) = transact!(self.0.ports.store, |tx| submit_within(tx, &new, &policy)
            .await?)?;
        tracing::info!(user = %account.id, status = record.status.name(), "a real name was submitted");
        if record.status == Status::Pending {
            self.0.tell_of_real_name(account.id);
        }
        Ok(describe(account, Some(record), &policy, made, now))
    }

    /// Judges and seals, so that nothing plain is left when the transaction begins.
    fn judged(
        &self,
        user: UserId,
        typed: &Typed,
        policy: &RealNamePolicy,
        now: UnixSeconds,
    ) -> Result<NewSubmission, Error> {
        let today = self.0.options.zone.wall_clock(now).date();
        let plain = typed
            .judged(today, policy)
            .map_err(RealNameError::Invalid)?;
        let cipher = self.0.ports.identity_cipher.as_ref();
        NewSubmission::seal(user, &plain, policy, cipher, now)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Where the account stands, for the pages that show it beside other things; `None` while the
    /// plugin is off.
    pub async fn standing(&self, account: &AccountView) -> Result<Option<Status>, Error> {
        if self.0.real_name_policy().is_none() {
            return Ok(None);
        }
        let record = self.0.ports.store.find_real_name(person(account)).await?;
        Ok(Some(
            record.map_or(Status::Unsubmitted, |record| record.status),
        ))
    }
}

/// Whose submission counts for the account: a shadow account is the person of its main account.
fn person(account: &AccountView) -> UserId {
    account.shadow_of.unwrap_or(account.id)
}

async fn submit_within(
    tx: &mut dyn UnitOfWork,
    new: &NewSubmission,
    policy: &RealNamePolicy,
) -> Result<(RealNameRecord, i64), Error> {
    tx.lock_account(new.user)
        .await?
        .ok_or(AuthError::AccountMissing)?;
    let limit = Limit {
        count: policy.submissions,
        window: WINDOW,
    };
    let name = CounterName::real_name_submissions(new.user);
    let submissions = [(name.clone(), limit)];
    AttemptService
        .look(tx, &submissions, Attempt::RealName, new.now)
        .await?;
    let record = RealNameService.submit(tx, new, policy).await?;
    let kind = EventKind::RealNameSubmitted;
    tx.tell(NewEvent::about_user(kind, new.user, new.now));
    let made = tx.update_counter(&name, limit.window, new.now).await?;
    Ok((record, made))
}

fn describe(
    account: &AccountView,
    record: Option<RealNameRecord>,
    policy: &RealNamePolicy,
    made: i64,
    now: UnixSeconds,
) -> RealNameStatus {
    let status = record
        .as_ref()
        .map_or(Status::Unsubmitted, |record| record.status);
    let left = policy.submissions.saturating_sub(made).max(0);
    let cannot_submit = match status {
        Status::Pending => Some(CannotSubmit::Pending),
        Status::Approved => Some(CannotSubmit::Approved),
        Status::Rejected if !policy.allow_resubmit => Some(CannotSubmit::Closed),
        Status::Rejected | Status::Unsubmitted => (left == 0).then_some(CannotSubmit::Throttled),
    };
    RealNameStatus {
        record,
        cannot_submit,
        submissions_left: left,
        enforcement: policy.enforcement,
        demanded: policy.demands(status, account.is_admin, account.created_at, now),
        notice: policy.notice.clone(),
    }
}

impl Core {
    /// Whether something that `covered` tells is refused to the user until a real name is approved.
    /// Where the site refuses nothing, the database is not asked.
    pub(crate) async fn demands_real_name(
        &self,
        user: UserId,
        covered: fn(Enforcement) -> bool,
    ) -> Result<bool, Error> {
        let policy = self.real_name_policy();
        if !policy.is_some_and(|policy| covered(policy.enforcement)) {
            return Ok(false);
        }
        match self.ports.store.find_account_view(user).await? {
            Some(account) => self.demands_real_name_of(&account, covered).await,
            None => Ok(false),
        }
    }

    /// The same for an account that was just read.
    pub(crate) async fn demands_real_name_of(
        &self,
        account: &AccountView,
        covered: fn(Enforcement) -> bool,
    ) -> Result<bool, Error> {
        let Some(policy) = self.real_name_policy() else {
            return Ok(false);
        };
        let now = self.ports.clock.now();
        let is_open = |status| policy.demands(status, account.is_admin, account.created_at, now);
        // Who would not be refused even without a submission needs no look at one.
        if !covered(policy.enforcement) || !is_open(Status::Unsubmitted) {
            return Ok(false);
        }
        let record = self.ports.store.find_real_name(person(account)).await?;
        Ok(is_open(
            record.map_or(Status::Unsubmitted, |record| record.status),
        ))
    }
}
