use async_trait::async_trait;
use ferroboard_application::{
    AdminQueries, AuditFilter, AuditPage, AuditView, JobState, OfferedPlanView, OutboxCounts,
};
use ferroboard_audit::NewAuditEntry;
use ferroboard_billing::Plan;
use ferroboard_kernel::{AuditId, StoreError, UnixSeconds};
use ferroboard_mail::testing::OutboxState;
use serde_json::{Map, Value};

use super::{MemoryStore, MemoryTables};

fn matches(entry: &NewAuditEntry, filter: &AuditFilter) -> bool {
    let is_action = filter
        .action
        .as_ref()
        .is_none_or(|action| *action == entry.action);
    let is_admin = filter.admin.is_none_or(|admin| admin == entry.admin);
    let contains = |keyword: &String| {
        let keyword = keyword.to_lowercase();
        let texts = [&entry.uri, &entry.input];
        texts
            .iter()
            .any(|text| text.to_lowercase().contains(&keyword))
    };
    is_action && is_admin && filter.keyword.as_ref().is_none_or(contains)
}

fn json(values: &Map<String, Value>) -> String {
    Value::Object(values.clone()).to_string()
}

fn shown(tables: &MemoryTables, id: AuditId, entry: &NewAuditEntry) -> AuditView {
    let account = tables.auth.accounts.get(&entry.admin);
    let change = tables.audit.changes.get(&id);
    AuditView {
        id,
        admin: entry.admin,
        email: account.map(|row| row.account.email.to_string()),
        action: entry.action.clone(),
        method: entry.method.clone(),
        uri: entry.uri.clone(),
        input: Some(entry.input.clone()),
        address: entry.address.map(|address| address.to_string()),
        status: tables.audit.outcomes.get(&id).copied(),
        change: change.map(|change| (json(&change.before), json(&change.after))),
        created_at: entry.at,
        updated_at: entry.at,
    }
}

fn offered(tables: &MemoryTables, plan: &Plan, now: UnixSeconds) -> OfferedPlanView {
    let users = tables.billing.users.values().filter(|row| !row.is_shadow);
    let ends: Vec<Option<UnixSeconds>> = users
        .filter_map(|row| row.subscription.as_ref())
        .filter(|opened| opened.plan_id == plan.id)
        .map(|opened| opened.expired_at)
        .collect();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let active = ends.iter().filter(|end| end.is_none_or(|end| end >= now));
    OfferedPlanView {
        plan: plan.clone(),
        group: None,
        users: count(ends.len()),
        active_users: count(active.count()),
    }
}

#[async_trait]
impl AdminQueries for MemoryStore {
    async fn list_audit_entries(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        let index = |number: i64| usize::try_from(number).unwrap_or(0);
        Ok(self.read(|tables| {
            let entries = tables.audit.entries.iter().rev();
            let found: Vec<_> = entries
                .filter(|(_, entry)| matches(entry, filter))
                .collect();
            let page = found.iter().skip(index(filter.offset));
            AuditPage {
                total: i64::try_from(found.len()).unwrap_or(i64::MAX),
                entries: page
                    .take(index(filter.limit))
                    .map(|(id, entry)| shown(tables, **id, entry))
                    .collect(),
            }
        }))
    }

    async fn list_offered_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<OfferedPlanView>, StoreError> {
        Ok(self.read(|tables| {
            let mut plans: Vec<&Plan> = tables.billing.plans.values().collect();
            plans.sort_by_key(|plan| (plan.sort, plan.id));
            plans
                .into_iter()
                .map(|plan| offered(tables, plan, now))
                .collect()
        }))
    }

    async fn list_job_states(&self) -> Result<Vec<(String, JobState)>, StoreError> {
        Ok(self.read(|tables| tables.panel.jobs.clone().into_iter().collect()))
    }

    async fn count_outbox(&self) -> Result<OutboxCounts, StoreError> {
        Ok(self.read(|tables| {
            let count = |is_counted: fn(&OutboxState) -> bool| {
                let rows = tables.mail.outbox.values();
                let counted = rows.filter(|row| is_counted(&row.state)).count();
                i64::try_from(counted).unwrap_or(i64::MAX)
            };
            OutboxCounts {
                waiting: count(|state| matches!(state, OutboxState::Waiting(_))),
                failed: count(|state| matches!(state, OutboxState::Failed)),
            }
        }))
    }
}
