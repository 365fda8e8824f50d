//! Counting traffic anew, and when that is to happen.

use std::collections::HashMap;
use std::sync::Arc;

use ferroboard_billing::{
    BillingError, BillingPolicy, EarlyPeriod, ResetMethod, ResetScope, ResetSource, ResetSubject,
    TrafficService,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{PlanId, UnixSeconds, UserId};

use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{AccountView, Error, UnitOfWork, policies};

/// How many numbers of users one query brings.
const PAGE: u32 = 5_000;
/// How many users one transaction locks.
const BATCH: usize = 250;

/// What happens to the users of one batch.
#[derive(Debug, Clone, Copy)]
enum Work {
    /// Traffic whose time has come is counted anew.
    Reset,
    /// The time of the next reset is computed anew.
    Reschedule,
}

/// Counts traffic anew.
pub struct TrafficResets(pub(crate) Arc<Core>);

impl TrafficResets {
    /// Counts the traffic anew if its time has come and the job has not been there yet; the account as
    /// it is afterwards. A failure is only logged: the job comes in a minute.
    pub async fn on_access(&self, account: AccountView) -> AccountView {
        let subject = ResetSubject {
            user: account.id,
            banned: account.banned,
            plan: account.plan_id,
            plan_method: None,
            expired_at: account.expired_at,
            next_reset_at: account.next_reset_at,
        };
        if !self.reset_if_due(&subject).await {
            return account;
        }
        match self.0.ports.store.find_account_view(account.id).await {
            Ok(fresh) => fresh.unwrap_or(account),
            Err(error) => {
                tracing::error!(user = %account.id, %error, "an account was not read again");
                account
            }
        }
    }

    /// Counts the traffic anew if its time has come and the job has not been there yet; whether the
    /// account is to be read again. A failure is only logged: the job comes in a minute.
    pub(crate) async fn reset_if_due(&self, subject: &ResetSubject) -> bool {
        if !subject.is_due(self.0.ports.clock.now()) {
            return false;
        }
        let user = [subject.user];
        let done = self.work(Work::Reset, &user, ResetSource::UserAccess).await;
        if let Err(error) = &done {
            tracing::error!(user = %subject.user, %error, "the traffic was not counted anew");
        }
        done.is_ok()
    }

    /// What the user would give up to begin the next period now; `None` where that cannot be done.
    pub async fn early_period(&self, user: UserId) -> Result<Option<EarlyPeriod>, Error> {
        let policy = self.policy();
        if !policy.early_periods {
            return Ok(None);
        }
        look!(self.0.ports.store, |tx| {
            let buyer = tx.find_buyer(user).await?;
            let buyer = buyer.ok_or(BillingError::AccountMissing)?;
            let plan = match buyer.plan_id {
                Some(plan) => tx.find_plan(plan).await?,
                None => None,
            };
            let subject = ResetSubject {
                user,
                banned: buyer.banned,
                plan: buyer.plan_id,
                plan_method: plan.map_or(Some(ResetMethod::Never), |plan| plan.reset_method),
                expired_at: buyer.expired_at,
                next_reset_at: None,
            };
            let now = self.0.ports.clock.now();
            EarlyPeriod::of(&buyer, &subject, &policy, now).ok()
        })
    }

    /// Begins the user's next period now, for the rest of this one. Of many requests at once one does.
    pub async fn begin_next_period(&self, user: UserId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let (now, policy) = (self.0.ports.clock.now(), self.policy());
            TrafficService
                .begin_next_period(tx, user, &policy, now)
                .await?;
            tx.tell(traffic_reset(user, now));
        })
    }

    /// Counts the traffic of everybody anew whose time has come; of how many.
    pub(crate) async fn reset_due(&self) -> Result<u64, Error> {
        self.each(ResetScope::Due, Work::Reset).await
    }

    /// Computes the next resets of the users in the scope; how many changed.
    pub(crate) async fn reschedule(&self, scope: ResetScope) -> Result<u64, Error> {
        self.each(scope, Work::Reschedule).await
    }

    /// Computes the next resets of the users of every plan whose rule has changed: its own method,
    /// the site's, or the time zone, whoever changed it. Begun again after a crash, as the rule is noted
    /// when all users are done.
    pub(crate) async fn follow_rules(&self) -> Result<u64, Error> {
        let changed = look!(self.0.ports.store, |tx| {
            let policy = self.policy();
            changed_rules(tx, &policy).await?
        })?;
        let mut moved = 0;
        for (plan, rule) in changed {
            moved += self.reschedule(ResetScope::Plan(plan)).await?;
            transact!(self.0.ports.store, |tx| tx
                .update_reset_rule(plan, &rule)
                .await?)?;
        }
        Ok(moved)
    }

    fn policy(&self) -> BillingPolicy {
        policies::billing(&self.0.site.current(), self.0.options.zone)
    }

    /// Works on every user in the scope. A batch that fails does not hold up the rest; it is told at
    /// the end.
    async fn each(&self, scope: ResetScope, work: Work) -> Result<u64, Error> {
        let mut done = 0;
        let mut failed = None;
        let mut after: Option<UserId> = None;
        loop {
            let page = look!(self.0.ports.store, |tx| {
                let now = self.0.ports.clock.now();
                tx.list_reset_users(scope, now, after, PAGE).await?
            })?;
            let Some(last) = page.last() else {
                return failed.map_or(Ok(done), Err);
            };
            after = Some(*last);
            for batch in page.chunks(BATCH) {
                match self.work(work, batch, ResetSource::Cron).await {
                    Ok(count) => done += count,
                    Err(error) => {
                        let first = batch.first().map_or(0, |user| user.get());
                        tracing::error!(first, ?work, %error, "the traffic of some users was not looked at");
                        failed = Some(error);
                    }
                }
            }
        }
    }

    async fn work(&self, work: Work, users: &[UserId], source: ResetSource) -> Result<u64, Error> {
        transact!(self.0.ports.store, |tx| self
            .work_within(tx, work, users, source)
            .await?)
    }

    async fn work_within(
        &self,
        tx: &mut dyn UnitOfWork,
        work: Work,
        users: &[UserId],
        source: ResetSource,
    ) -> Result<u64, Error> {
        let (now, policy) = (self.0.ports.clock.now(), self.policy());
        Ok(match work {
            Work::Reset => {
                let reset = TrafficService
                    .reset_due(tx, users, source, &policy, now)
                    .await?;
                for user in &reset {
                    tx.tell(traffic_reset(*user, now));
                }
                u64::try_from(reset.len()).unwrap_or(u64::MAX)
            }
            Work::Reschedule => TrafficService.reschedule(tx, users, &policy, now).await?,
        })
    }
}

/// The plans whose rule is not the one that was last followed, with the rule.
async fn changed_rules(
    tx: &mut dyn UnitOfWork,
    policy: &BillingPolicy,
) -> Result<Vec<(PlanId, String)>, Error> {
    let followed: HashMap<PlanId, String> = tx.list_reset_rules().await?.into_iter().collect();
    let plans = tx.list_reset_methods().await?.into_iter();
    let rules = plans.map(|(plan, own)| (plan, rule(own, policy)));
    Ok(rules
        .filter(|(plan, rule)| followed.get(plan) != Some(rule))
        .collect())
}

/// Which rules of ours are followed; to be raised when [`ResetMethod::next_reset`] changes.
const RULES: u32 = 2;

/// Everything that decides when the users of a plan are reset, as a text to compare.
fn rule(own: Option<ResetMethod>, policy: &BillingPolicy) -> String {
    let method = own.unwrap_or(policy.reset_method);
    format!("{} {} {RULES}", method.code(), policy.zone.name())
}

/// What is told of a user whose traffic is counted anew.
fn traffic_reset(user: UserId, now: UnixSeconds) -> NewEvent {
    NewEvent::about_subscription(EventKind::SubscriptionTrafficReset, user, None, now)
}
