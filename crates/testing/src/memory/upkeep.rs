use std::ops::RangeInclusive;

use async_trait::async_trait;
use ferroboard_application::UpkeepRepository;
use ferroboard_billing::{ReminderRepository, ReminderScope, ReminderSubject};
use ferroboard_kernel::{Cents, StoreError, UnixSeconds, UserId};
use ferroboard_telegram::ChatId;

use super::{MemoryTables, MemoryTx};

fn length(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl MemoryTables {
    fn users_beyond(&self, after: Option<UserId>) -> impl Iterator<Item = UserId> {
        let users = self.users.keys().copied();
        users.filter(move |user| after.is_none_or(|after| *user > after))
    }

    fn is_exhausted(&self, user: UserId, lately: &RangeInclusive<UnixSeconds>) -> bool {
        self.users.get(&user).is_some_and(|row| {
            let billed = &row.billing;
            let quota = billed.transfer_enable;
            !row.auth.account.banned
                && quota > 0
                && billed.upload + billed.download >= quota
                && lately.contains(&row.nodes.last_traffic_at)
        })
    }

    fn is_unused(&self, user: UserId) -> bool {
        let Some(row) = self.users.get(&user) else {
            return false;
        };
        let (auth, billed) = (&row.auth, &row.billing);
        let never_subscribed = billed.plan_id.is_none()
            && billed.expired_at == Some(UnixSeconds::new(0))
            && billed.transfer_enable == 0
            && billed.balance == Cents::ZERO;
        let (mut orders, mut others) = (self.billing.orders.values(), self.users.values());
        auth.last_login_at.is_none()
            && !auth.account.is_admin
            && self.shadows.main_of(user).is_none()
            && never_subscribed
            && row.invite.commission_balance == Cents::ZERO
            && !orders.any(|order| order.user_id == user)
            && !others.any(|other| other.invite.inviter == Some(user))
    }

    fn reminder_subject(&self, user: UserId) -> Option<ReminderSubject> {
        let user_row = self.users.get(&user)?;
        let (account, row) = (&user_row.auth, &user_row.billing);
        (!account.account.banned).then(|| ReminderSubject {
            user,
            email: account.account.email.clone(),
            chat: user_row.chat.map(ChatId::get),
            wants_expiry: account.remind_expire,
            wants_traffic: account.remind_traffic,
            expired_at: row.expired_at,
            transfer_enable: row.transfer_enable,
            used: row.upload.saturating_add(row.download),
            last_reset_at: row.last_reset_at,
        })
    }

    fn is_of_scope(&self, subject: &ReminderSubject, scope: ReminderScope) -> bool {
        match scope {
            ReminderScope::Ending { after, before } => {
                let end = subject.expired_at;
                end.is_some_and(|end| end > after && end < before)
            }
            ReminderScope::Using { percent, counted } => {
                let row = self.users.get(&subject.user);
                let at = row.map(|row| row.nodes.last_traffic_at);
                let is_recent = counted
                    .is_none_or(|(from, until)| at.is_some_and(|at| (from..=until).contains(&at)));
                is_recent && subject.has_used(percent)
            }
        }
    }
}

#[async_trait]
impl UpkeepRepository for MemoryTx {
    async fn update_stale_online(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let mut stale = 0;
        for row in self.open()?.users.values_mut() {
            let row = &mut row.nodes;
            let is_seen = |at| (before..=now.latest_start()).contains(&at);
            let is_stale = !row.last_online_at.is_some_and(is_seen);
            if is_stale && row.online_count.is_some_and(|count| count > 0) {
                row.online_count = Some(0);
                stale += 1;
            }
        }
        Ok(stale)
    }

    async fn list_exhausted_users(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError> {
        let tables = self.open()?;
        let users = tables.users_beyond(after);
        let lately = since..=now.latest_start();
        let exhausted = users.filter(|user| tables.is_exhausted(*user, &lately));
        Ok(exhausted.take(length(limit)).collect())
    }

    async fn delete_unused_users(&mut self, limit: u32) -> Result<u64, StoreError> {
        let tables = self.open()?;
        let users = tables.users_beyond(None);
        let unused = users.filter(|user| tables.is_unused(*user));
        let unused: Vec<UserId> = unused.take(length(limit)).collect();
        for user in &unused {
            tables.users.remove(user);
        }
        Ok(u64::try_from(unused.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl ReminderRepository for MemoryTx {
    async fn list_reminder_subjects(
        &mut self,
        scope: ReminderScope,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<ReminderSubject>, StoreError> {
        let tables = self.open()?;
        let users = tables.users_beyond(after);
        let people = users.filter(|user| tables.shadows.main_of(*user).is_none());
        let subjects = people.filter_map(|user| tables.reminder_subject(user));
        let found = subjects.filter(|subject| tables.is_of_scope(subject, scope));
        Ok(found.take(length(limit)).collect())
    }
}
