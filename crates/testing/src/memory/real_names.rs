use async_trait::async_trait;
use ferroboard_application::RealNameQueries;
use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_realname::{RealNameRecord, Status};

use super::MemoryStore;

#[async_trait]
impl RealNameQueries for MemoryStore {
    async fn find_real_name(&self, user: UserId) -> Result<Option<RealNameRecord>, StoreError> {
        Ok(self.read(|tables| tables.real_name.records.get(&user).cloned()))
    }

    async fn count_events(
        &self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        Ok(self.read(|tables| {
            let counter = tables.auth.attempts.counters.get(name.as_str());
            let live = counter.filter(|counter| counter.expires_at.holds_at(now, window));
            live.map_or(0, |counter| counter.count)
        }))
    }

    async fn list_unverified_users(
        &self,
        users: &[UserId],
        registered: UnixSeconds,
        with_admins: bool,
    ) -> Result<Vec<UserId>, StoreError> {
        Ok(self.read(|tables| {
            let is_verified = |user: UserId| {
                let person = tables.shadows.main_of(user).unwrap_or(user);
                let record = tables.real_name.records.get(&person);
                record.is_some_and(|record| record.status == Status::Approved)
            };
            let rows = tables.users.iter();
            rows.filter(|(user, row)| {
                users.contains(user)
                    && row.auth.created_at <= registered
                    && (with_admins || !row.auth.account.is_admin)
                    && !is_verified(**user)
            })
            .map(|(user, _)| *user)
            .collect()
        }))
    }
}
