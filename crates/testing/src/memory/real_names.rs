use async_trait::async_trait;
use ferroboard_application::{
    RealNameCounts, RealNameFilter, RealNamePage, RealNameQueries, RealNameView,
};
use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Email, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_realname::{RealNameRecord, Status};

use super::{MemoryStore, MemoryTables};

impl MemoryTables {
    fn email_of(&self, user: UserId) -> Option<Email> {
        let row = self.auth.accounts.get(&user)?;
        Some(row.account.email.clone())
    }

    fn submission_view(&self, record: &RealNameRecord) -> RealNameView {
        let reviewer = record.review.and_then(|review| review.by);
        RealNameView {
            user: record.user,
            email: self.email_of(record.user),
            reviewer: reviewer.and_then(|reviewer| self.email_of(reviewer)),
            record: Some(record.clone()),
        }
    }

    fn submissions(&self, filter: &RealNameFilter) -> Vec<RealNameView> {
        let mut found: Vec<&RealNameRecord> = self.real_name.records.values().collect();
        found.sort_by_key(|record| (std::cmp::Reverse(record.submitted_at), record.user));
        let views = found.into_iter().filter(|record| {
            let hash = record.sealed.as_ref().map(|sealed| &sealed.hash);
            filter.status.is_none_or(|status| record.status == status)
                && filter
                    .identity
                    .as_ref()
                    .is_none_or(|wanted| hash == Some(wanted))
        });
        views.map(|record| self.submission_view(record)).collect()
    }

    fn users_without_submission(&self) -> Vec<RealNameView> {
        let users = self.auth.accounts.keys();
        let users = users.filter(|user| self.shadows.main_of(**user).is_none());
        let without = users.filter(|user| !self.real_name.records.contains_key(user));
        without
            .map(|user| RealNameView {
                user: *user,
                email: self.email_of(*user),
                record: None,
                reviewer: None,
            })
            .collect()
    }
}

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

    async fn list_real_names(
        &self,
        filter: &RealNameFilter,
        offset: i64,
        limit: i64,
    ) -> Result<RealNamePage, StoreError> {
        let mut rows = self.read(|tables| match filter.status {
            Some(Status::Unsubmitted) if filter.identity.is_some() => Vec::new(),
            Some(Status::Unsubmitted) => tables.users_without_submission(),
            _ => tables.submissions(filter),
        });
        rows.retain(|row| {
            let email = row.email.as_ref().map_or("", Email::as_str);
            filter.user.is_none_or(|user| row.user == user)
                && filter
                    .email
                    .as_ref()
                    .is_none_or(|part| email.contains(part.as_str()))
        });
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let place = |number| usize::try_from(number).unwrap_or(0);
        let page = rows.into_iter().skip(place(offset)).take(place(limit));
        Ok(RealNamePage {
            rows: page.collect(),
            total,
        })
    }

    async fn count_real_names(&self) -> Result<RealNameCounts, StoreError> {
        Ok(self.read(|tables| {
            let users = tables.auth.accounts.keys();
            let users = users.filter(|user| tables.shadows.main_of(**user).is_none());
            let mut counts = RealNameCounts::default();
            for user in users {
                let record = tables.real_name.records.get(user);
                let status = record.map_or(Status::Unsubmitted, |record| record.status);
                *match status {
                    Status::Unsubmitted => &mut counts.unsubmitted,
                    Status::Pending => &mut counts.pending,
                    Status::Approved => &mut counts.approved,
                    Status::Rejected => &mut counts.rejected,
                } += 1;
            }
            counts
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
            let rows = tables.auth.accounts.iter();
            rows.filter(|(user, row)| {
                users.contains(user)
                    && row.created_at <= registered
                    && (with_admins || !row.account.is_admin)
                    && !is_verified(**user)
            })
            .map(|(user, _)| *user)
            .collect()
        }))
    }
}
