use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::{QueryDsl as _, SelectableHelper as _};
use ferroboard_application::{
    AUDIT_LOG, AuditFilter, AuditQueries, AuditView, JobState, OutboxCounts, PlanOfferQueries,
    PlanUsers, WorkQueries,
};
use ferroboard_billing::Plan;
use ferroboard_kernel::{AuditId, PlanId, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Holds, Operand, Page, Test};

use super::super::billing::plan_offers;
use super::super::jobs::outbox::status;
use super::super::jobs::scheduled::JobRow;
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, dialect, reported};
use crate::integer::Int;
use crate::lists::{Place, Source, Statement, holds};
use crate::rows::AuditRow;
use crate::schema::{ferro_job, ferro_mail};

/// The record with what stands beside it in other tables.
const LOG: Source = Source {
    table: "v2_admin_audit_log",
    key: "id",
    filled: &["id", "created_at"],
    places: &[
        ("email", beside("v2_user", "email", "id", "admin_id")),
        ("before_values", changed("before_values")),
        ("after_values", changed("after_values")),
        (
            "status",
            beside("ferro_audit_outcome", "status", "audit_id", "id"),
        ),
    ],
};

const fn beside(
    table: &'static str,
    column: &'static str,
    key: &'static str,
    by: &'static str,
) -> Place {
    Place::Related {
        table,
        column,
        key,
        by,
    }
}

const fn changed(column: &'static str) -> Place {
    beside("ferro_audit_change", column, "audit_id", "id")
}

/// The condition that an entry matches.
fn scope(filter: &AuditFilter) -> Statement {
    let kind = dialect::KIND;
    let mut scope = lists::statement();
    scope.sql("1 = 1");
    if let Some(action) = &filter.action {
        let is_action = Test::OneOf(vec![Operand::Text(action.clone())]);
        scope.sql(" AND ");
        holds(
            &mut scope,
            &LOG.expression(kind, "action"),
            Holds::Text,
            &is_action,
        );
    }
    if let Some(admin) = filter.admin {
        scope.sql(" AND ").sql(&LOG.expression(kind, "admin_id"));
        scope.sql(" = ").bind(admin.get());
    }
    if let Some(keyword) = &filter.keyword {
        let has_keyword = Test::Contains(keyword.replace('\0', ""));
        scope.sql(" AND (");
        scope.separated(" OR ", ["uri", "request_data"], |scope, column| {
            holds(
                scope,
                &LOG.expression(kind, column),
                Holds::Text,
                &has_keyword,
            );
        });
        scope.sql(")");
    }
    scope
}

fn shown(row: AuditRow) -> AuditView {
    AuditView {
        id: AuditId::new(row.id.0),
        admin: UserId::new(row.admin_id.0),
        email: row.email,
        action: row.action,
        method: row.method,
        uri: row.uri,
        input: row.request_data,
        address: row.ip,
        change: row.before_values.zip(row.after_values),
        status: row.status.and_then(|status| u16::try_from(status.0).ok()),
        created_at: UnixSeconds::new(row.created_at.0),
        updated_at: UnixSeconds::new(row.updated_at.0),
    }
}

#[async_trait]
impl AuditQueries for SqlStore {
    async fn list_audit_entries(
        &self,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Found<AuditView>, StoreError> {
        let mut connection = self.reader().await?;
        let request = AUDIT_LOG.whole(page);
        let asked = Asked {
            memory: &self.lists,
            source: &LOG,
            columns: AuditRow::COLUMNS,
            scope: scope(filter),
            request: &request,
        };
        let found = lists::page::<AuditRow>(&mut connection, asked);
        Ok(found.await.map_err(reported)?.map(shown))
    }
}

#[async_trait]
impl PlanOfferQueries for SqlStore {
    async fn list_offered_plans(&self) -> Result<Vec<(Plan, Option<String>)>, StoreError> {
        let mut connection = self.reader().await?;
        plan_offers::list(&mut connection).await.map_err(reported)
    }

    async fn count_users_of_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<(PlanId, PlanUsers)>, StoreError> {
        let mut connection = self.reader().await?;
        let users = plan_offers::count_users(&mut connection, now).await;
        users.map_err(reported)
    }
}

#[async_trait]
impl WorkQueries for SqlStore {
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
