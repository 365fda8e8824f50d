use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::{
    BoolExpressionMethods as _, EscapeExpressionMethods as _, ExpressionMethods as _,
    NullableExpressionMethods as _, QueryDsl as _, QueryResult, Queryable, SelectableHelper as _,
    TextExpressionMethods as _,
};
use ferroboard_application::{
    AdminQueries, AuditFilter, AuditPage, AuditView, JobState, OfferedPlanView, OutboxCounts,
};
use ferroboard_kernel::{AuditId, StoreError, UnixSeconds, UserId};

use super::super::billing::plan_offers;
use super::super::jobs::outbox::status;
use super::super::jobs::scheduled::JobRow;
use super::super::sql::lists;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use crate::integer::Int;
use crate::schema::{
    ferro_audit_change as change, ferro_audit_outcome as outcome, ferro_job, ferro_mail,
    v2_admin_audit_log as log, v2_user,
};

/// A row of `v2_admin_audit_log`.
#[derive(Queryable)]
struct LogRow {
    id: Int,
    admin_id: Int,
    action: String,
    method: String,
    uri: String,
    request_data: Option<String>,
    ip: Option<String>,
    created_at: Int,
    updated_at: Int,
}

/// Adds the filter's conditions to a query of the log.
macro_rules! matching {
    ($query:expr, $filter:expr) => {{
        let mut query = $query.into_boxed();
        if let Some(action) = &$filter.action {
            query = query.filter(log::action.eq(action.clone()));
        }
        if let Some(admin) = $filter.admin {
            query = query.filter(log::admin_id.eq(admin.get()));
        }
        if let Some(keyword) = &$filter.keyword {
            let pattern = containing(&keyword.replace('\0', ""));
            let in_uri = log::uri.nullable().like(pattern.clone()).escape(ESCAPE);
            let in_input = log::request_data.like(pattern).escape(ESCAPE);
            query = query.filter(in_uri.or(in_input));
        }
        query
    }};
}

async fn page(connection: &mut Conn, filter: &AuditFilter) -> QueryResult<AuditPage> {
    let total: Int = matching!(log::table.select(count_star()), filter)
        .get_result(&mut *connection)
        .await?;
    let rows: Vec<LogRow> = matching!(log::table, filter)
        .order(log::id.desc())
        .offset(filter.offset)
        .limit(filter.limit)
        .select((
            log::id,
            log::admin_id,
            log::action,
            log::method,
            log::uri,
            log::request_data,
            log::ip,
            log::created_at,
            log::updated_at,
        ))
        .load(&mut *connection)
        .await?;
    let admins: Vec<i64> = rows.iter().map(|row| row.admin_id.0).collect();
    let emails: Vec<(Int, String)> = v2_user::table
        .filter(v2_user::id.eq_any(&admins))
        .select((v2_user::id, v2_user::email))
        .load(&mut *connection)
        .await?;
    let emails: HashMap<i64, String> = emails
        .into_iter()
        .map(|(id, email)| (id.0, email))
        .collect();
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let changes: Vec<(Int, String, String)> = change::table
        .filter(change::audit_id.eq_any(&ids))
        .select((
            change::audit_id,
            change::before_values,
            change::after_values,
        ))
        .load(&mut *connection)
        .await?;
    let statuses: Vec<(Int, Int)> = outcome::table
        .filter(outcome::audit_id.eq_any(&ids))
        .select((outcome::audit_id, outcome::status))
        .load(connection)
        .await?;
    let statuses: HashMap<i64, u16> = statuses
        .into_iter()
        .filter_map(|(id, status)| Some((id.0, u16::try_from(status.0).ok()?)))
        .collect();
    let mut changes: HashMap<i64, (String, String)> = changes
        .into_iter()
        .map(|(id, before, after)| (id.0, (before, after)))
        .collect();
    let view = |row: LogRow| AuditView {
        email: emails.get(&row.admin_id.0).cloned(),
        change: changes.remove(&row.id.0),
        status: statuses.get(&row.id.0).copied(),
        id: AuditId::new(row.id.0),
        admin: UserId::new(row.admin_id.0),
        action: row.action,
        method: row.method,
        uri: row.uri,
        input: row.request_data,
        address: row.ip,
        created_at: UnixSeconds::new(row.created_at.0),
        updated_at: UnixSeconds::new(row.updated_at.0),
    };
    Ok(AuditPage {
        entries: rows.into_iter().map(view).collect(),
        total: total.0,
    })
}

#[async_trait]
impl AdminQueries for SqlStore {
    async fn list_audit_entries(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        let mut connection = self.reader().await?;
        page(&mut connection, filter).await.map_err(reported)
    }

    async fn list_offered_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<OfferedPlanView>, StoreError> {
        let mut connection = self.reader().await?;
        let plans = plan_offers::list(&mut connection, now).await;
        plans.map_err(reported)
    }

    async fn list_job_states(&self) -> Result<Vec<(String, JobState)>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(String, JobRow)> = ferro_job::table
            .order(ferro_job::name)
            .select((ferro_job::name, JobRow::as_select()))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let states = rows.into_iter();
        Ok(states
            .map(|(name, row)| (name, JobState::from(row)))
            .collect())
    }

    async fn count_outbox(&self) -> Result<OutboxCounts, StoreError> {
        let mut connection = self.reader().await?;
        let counts: Vec<(Int, Int)> = ferro_mail::table
            .group_by(ferro_mail::status)
            .select((ferro_mail::status, count_star()))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let count = |wanted: i64| {
            let found = counts.iter().find(|(status, _)| status.0 == wanted);
            found.map_or(0, |(_, count)| count.0)
        };
        Ok(OutboxCounts {
            waiting: count(status::WAITING),
            failed: count(status::FAILED),
        })
    }
}
