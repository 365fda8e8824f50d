use async_trait::async_trait;
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds, UserId};

use super::tables::{HasBilling, TrafficResetRow};
use crate::{
    NextReset, ResetCause, ResetMethod, ResetRepository, ResetScope, ResetSubject, TrafficReset,
};

/// The user with what the plan says; `None` where there is no such user.
fn subject<T: HasBilling>(tx: &mut T, user: UserId) -> Result<Option<ResetSubject>, StoreError> {
    let banned = tx.is_banned(user)?;
    let Some(row) = tx.billed_user(user)?.cloned() else {
        return Ok(None);
    };
    let tables = tx.billing()?;
    let plan_method = row.plan_id.and_then(|plan| match tables.plans.get(&plan) {
        Some(plan) => plan.reset_method,
        None => Some(ResetMethod::Never),
    });
    Ok(Some(ResetSubject {
        user,
        banned,
        plan: row.plan_id,
        plan_method,
        expired_at: row.expired_at,
        next_reset_at: row.next_reset_at,
    }))
}

fn is_in(scope: ResetScope, subject: &ResetSubject, now: UnixSeconds) -> bool {
    subject.is_active(now)
        && match scope {
            ResetScope::Due => subject.is_due(now),
            ResetScope::Unscheduled => subject.next_reset_at.is_none(),
            ResetScope::Plan(plan) => subject.plan == Some(plan),
            ResetScope::Active => true,
        }
}

#[async_trait]
impl<T: HasBilling> ResetRepository for T {
    async fn list_reset_users(
        &mut self,
        scope: ResetScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError> {
        let users = self.billed_users()?.into_iter();
        let people = users.filter(|(_, row)| !row.is_shadow);
        let next = people.filter(|(user, _)| after.is_none_or(|after| *user > after));
        let next: Vec<UserId> = next.map(|(user, _)| user).collect();
        let mut found = Vec::new();
        for user in next {
            let subject = subject(self, user)?;
            if subject.is_some_and(|subject| is_in(scope, &subject, now)) {
                found.push(user);
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn lock_reset_subjects(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<ResetSubject>, StoreError> {
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let mut found = Vec::with_capacity(users.len());
        for user in users {
            found.extend(subject(self, user)?);
        }
        Ok(found)
    }

    async fn move_next_resets(
        &mut self,
        moves: &[NextReset],
        _at: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let mut moved = 0;
        for change in moves {
            let row = self.billed_user(change.user)?;
            if let Some(row) = row.filter(|row| row.next_reset_at == change.from) {
                row.next_reset_at = change.to;
                moved += 1;
            }
        }
        Ok(moved)
    }

    async fn insert_traffic_resets(
        &mut self,
        users: &[(UserId, ResetMethod)],
        cause: ResetCause,
    ) -> Result<u64, StoreError> {
        let ResetCause { source, at } = cause;
        let mut done = 0;
        for (user, method) in users.iter().copied() {
            let Some(row) = self.billed_user(user)? else {
                continue;
            };
            let (old_upload, old_download) = (row.upload, row.download);
            (row.upload, row.download) = (0, 0);
            row.last_reset_at = Some(at);
            row.reset_count += 1;
            let reset = TrafficReset {
                user,
                method,
                source,
                at,
            };
            let tables = self.billing()?;
            tables.resets.push(TrafficResetRow {
                reset,
                old_upload,
                old_download,
            });
            let used = old_upload.saturating_add(old_download);
            let cleared = tables.cleared.entry(user).or_default();
            *cleared = cleared.saturating_add(used.max(0));
            done += 1;
        }
        Ok(done)
    }

    async fn list_reset_methods(
        &mut self,
    ) -> Result<Vec<(PlanId, Option<ResetMethod>)>, StoreError> {
        let plans = self.billing()?.plans.values();
        Ok(plans.map(|plan| (plan.id, plan.reset_method)).collect())
    }

    async fn list_reset_rules(&mut self) -> Result<Vec<(PlanId, String)>, StoreError> {
        let rules = self.billing()?.reset_rules.iter();
        Ok(rules.map(|(plan, rule)| (*plan, rule.clone())).collect())
    }

    async fn update_reset_rule(&mut self, plan: PlanId, rule: &str) -> Result<(), StoreError> {
        self.billing()?.reset_rules.insert(plan, rule.to_owned());
        Ok(())
    }
}
