use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_application::{
    JobRepository, JobState, OperationRepository, OperationState, SavedView, SavedViewRepository,
    SecretRepository, UserChange, UserChangeRepository, UserTask,
};
use ferroboard_auth::testing::HasAuth as _;
use ferroboard_kernel::{Clock as _, StoreError, UnixSeconds, UserId};

use super::MemoryTx;

/// The tables that belong to the panel itself and to no domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryPanel {
    /// `ferro_secret`: value by name.
    pub secrets: BTreeMap<String, String>,
    /// `ferro_job`, by name.
    pub jobs: BTreeMap<String, JobState>,
    /// `ferro_operation`, by name.
    pub operations: BTreeMap<String, OperationState>,
    /// `ferro_user_change`, oldest first.
    pub user_changes: Vec<UserChange>,
    /// `ferro_user_task`.
    pub user_tasks: BTreeMap<i64, UserTask>,
    /// `ferro_saved_view`, by number.
    pub saved_views: BTreeMap<i64, SavedView>,
    /// `v2_traffic_reset_logs.metadata`: the latest of each user.
    pub reset_notes: BTreeMap<UserId, String>,
    last_user_change: i64,
}

#[async_trait]
impl SecretRepository for MemoryTx {
    async fn find_secret(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.open()?.panel.secrets.get(name).cloned())
    }

    async fn insert_secret(
        &mut self,
        name: &str,
        value: &str,
        _now: UnixSeconds,
    ) -> Result<(), StoreError> {
        if self.open()?.panel.secrets.contains_key(name) {
            let constraint = "ferro_secret.name".to_owned();
            return Err(self.end(StoreError::Duplicate { constraint }));
        }
        self.open()?
            .panel
            .secrets
            .insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

#[async_trait]
impl JobRepository for MemoryTx {
    async fn lock_job(&mut self, name: &str) -> Result<JobState, StoreError> {
        Ok(self
            .open()?
            .panel
            .jobs
            .entry(name.to_owned())
            .or_default()
            .clone())
    }

    async fn find_time(&mut self) -> Result<UnixSeconds, StoreError> {
        self.open()?;
        Ok(self.clock().now())
    }

    async fn move_job(
        &mut self,
        name: &str,
        from: &JobState,
        to: &JobState,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.open()?.panel.jobs.get_mut(name) else {
            return Ok(false);
        };
        let held = |state: &JobState| (state.holder.clone(), state.leased_until);
        let is_still = held(row) == held(from);
        if is_still {
            row.clone_from(to);
        }
        Ok(is_still)
    }

    async fn delete_expired(&mut self, before: UnixSeconds, limit: u32) -> Result<u64, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let tables = self.auth()?;
        let deleted = delete_first(&mut tables.attempts.counters, limit, |row| {
            row.expires_at < before
        }) + delete_first(&mut tables.email_codes, limit, |row| {
            row.expires_at < before
        }) + delete_first(&mut tables.login_tokens, limit, |row| {
            row.expires_at < before
        });
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }
}

/// Deletes up to `limit` rows that are over; how many.
fn delete_first<K: Ord + Clone, V>(
    rows: &mut BTreeMap<K, V>,
    limit: usize,
    is_over: impl Fn(&V) -> bool,
) -> usize {
    let over = rows.iter().filter(|(_, row)| is_over(row));
    let over: Vec<K> = over.take(limit).map(|(key, _)| key.clone()).collect();
    for key in &over {
        rows.remove(key);
    }
    over.len()
}

#[async_trait]
impl SavedViewRepository for MemoryTx {
    async fn replace_saved_view(&mut self, view: &SavedView, most: u32) -> Result<(), StoreError> {
        let views = &mut self.open()?.panel.saved_views;
        let id = views.keys().last().map_or(1, |last| last + 1);
        let named = |kept: &SavedView| (kept.admin, kept.list.clone(), kept.name.clone());
        views.retain(|_, kept| named(kept) != named(view));
        views.insert(id, SavedView { id, ..view.clone() });
        let own = views.values().rev().filter(|kept| kept.admin == view.admin);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let beyond: Vec<i64> = own.skip(most).map(|kept| kept.id).collect();
        views.retain(|id, _| !beyond.contains(id));
        Ok(())
    }

    async fn delete_saved_view(&mut self, admin: UserId, id: i64) -> Result<bool, StoreError> {
        let views = &mut self.open()?.panel.saved_views;
        let is_own = views.get(&id).is_some_and(|kept| kept.admin == admin);
        if is_own {
            views.remove(&id);
        }
        Ok(is_own)
    }
}

#[async_trait]
impl UserChangeRepository for MemoryTx {
    async fn insert_user_changes(
        &mut self,
        users: &[UserId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let panel = &mut self.open()?.panel;
        for user in users {
            panel.last_user_change += 1;
            let number = panel.last_user_change;
            let user = *user;
            panel.user_changes.push(UserChange { number, user, at });
        }
        Ok(())
    }

    async fn delete_user_changes(&mut self, before: UnixSeconds) -> Result<u64, StoreError> {
        let changes = &mut self.open()?.panel.user_changes;
        let count = changes.len();
        changes.retain(|change| change.at >= before);
        Ok(u64::try_from(count - changes.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl OperationRepository for MemoryTx {
    async fn find_operation(&mut self, name: &str) -> Result<OperationState, StoreError> {
        let operations = &self.open()?.panel.operations;
        Ok(operations.get(name).cloned().unwrap_or_default())
    }

    async fn lock_operation(&mut self, name: &str) -> Result<OperationState, StoreError> {
        let operations = &mut self.open()?.panel.operations;
        Ok(operations.entry(name.to_owned()).or_default().clone())
    }

    async fn update_operation(
        &mut self,
        name: &str,
        state: &OperationState,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.open()?.panel.operations.get_mut(name) {
            row.clone_from(state);
        }
        Ok(())
    }
}
