use async_trait::async_trait;
use diesel::{
    EscapeExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _,
    TextExpressionMethods as _,
};
use ferroboard_application::{
    RealNameCounts, RealNameFilter, RealNameQueries, RealNameReviewQueries, RealNameView,
};
use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Email, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_realname::{RealNameRecord, Status};

use super::super::shadows::shadow_views::no_shadow;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, is_storable, reported};
use super::submissions::RealNameRow;
use crate::failure::Failure;
use crate::integer::Int;
use crate::patterns::{ESCAPE, containing};
use crate::rows::{RowId, numbers};
use crate::schema::{ferro_counter, ferro_real_name, v2_user};

/// The conditions of a filter, on submissions joined with their users.
macro_rules! filtered {
    ($filter:expr) => {{
        let filter: &RealNameFilter = $filter;
        let mut query = ferro_real_name::table
            .left_join(v2_user::table.on(v2_user::id.eq(ferro_real_name::user_id)))
            .into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(ferro_real_name::status.eq(status.code()));
        }
        if let Some(user) = filter.user {
            query = query.filter(ferro_real_name::user_id.eq(user.get()));
        }
        if let Some(identity) = &filter.identity {
            query = query.filter(ferro_real_name::identity_hash.eq(identity.as_str()));
        }
        if let Some(email) = &filter.email {
            let part = v2_user::email.like(containing(email)).escape(ESCAPE);
            query = query.filter(part.nullable().eq(true));
        }
        query
    }};
}

/// The same on users without a submission.
macro_rules! unsubmitted {
    ($filter:expr) => {{
        let filter: &RealNameFilter = $filter;
        let mut query = v2_user::table
            .left_join(ferro_real_name::table.on(ferro_real_name::user_id.eq(v2_user::id)))
            .filter(ferro_real_name::user_id.nullable().is_null())
            .filter(no_shadow())
            .into_boxed();
        if let Some(user) = filter.user {
            query = query.filter(v2_user::id.eq(user.get()));
        }
        if let Some(email) = &filter.email {
            query = query.filter(v2_user::email.like(containing(email)).escape(ESCAPE));
        }
        query
    }};
}

async fn submissions(
    connection: &mut Conn,
    filter: &RealNameFilter,
    page: Page,
) -> Result<Found<RealNameView>, Failure> {
    let total: Int = filtered!(filter).count().get_result(connection).await?;
    let found: Vec<(RealNameRow, Option<String>)> = filtered!(filter)
        .order((
            ferro_real_name::submitted_at.desc(),
            ferro_real_name::user_id,
        ))
        .offset(page.offset())
        .limit(page.rows())
        .select((RealNameRow::as_select(), v2_user::email.nullable()))
        .load(connection)
        .await?;
    let mut rows = Vec::with_capacity(found.len());
    for (row, email) in found {
        // What cannot be read was told to the log, and must not take the page with it.
        let Ok(record) = RealNameRecord::try_from(row) else {
            continue;
        };
        rows.push(RealNameView {
            user: record.user,
            email: email.as_deref().map(Email::stored),
            record: Some(record),
            reviewer: None,
        });
    }
    add_reviewers(connection, &mut rows).await?;
    Ok(Found {
        rows,
        total: total.0,
    })
}

/// The addresses of those who decided: a few people, whatever the number of rows.
async fn add_reviewers(connection: &mut Conn, rows: &mut [RealNameView]) -> Result<(), Failure> {
    let reviewer = |view: &RealNameView| view.record.as_ref()?.review?.by;
    let mut ids: Vec<i64> = rows.iter().filter_map(reviewer).map(UserId::get).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let known: Vec<(Int, String)> = v2_user::table
        .filter(v2_user::id.eq_any(ids))
        .select((v2_user::id, v2_user::email))
        .load(connection)
        .await?;
    for row in rows {
        let id = reviewer(row).map(UserId::get);
        let email = known.iter().find(|(known, _)| Some(known.0) == id);
        row.reviewer = email.map(|(_, email)| Email::stored(email));
    }
    Ok(())
}

async fn users_without(
    connection: &mut Conn,
    filter: &RealNameFilter,
    page: Page,
) -> Result<Found<RealNameView>, Failure> {
    if filter.identity.is_some() {
        return Ok(Found::default());
    }
    let total: Int = unsubmitted!(filter).count().get_result(connection).await?;
    let found: Vec<(Int, String)> = unsubmitted!(filter)
        .order(v2_user::id)
        .offset(page.offset())
        .limit(page.rows())
        .select((v2_user::id, v2_user::email))
        .load(connection)
        .await?;
    let rows = found.into_iter().map(|(id, email)| RealNameView {
        user: UserId::new(id.0),
        email: Some(Email::stored(&email)),
        record: None,
        reviewer: None,
    });
    Ok(Found {
        rows: rows.collect(),
        total: total.0,
    })
}

#[async_trait]
impl RealNameQueries for SqlStore {
    async fn find_real_name(&self, user: UserId) -> Result<Option<RealNameRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let row = ferro_real_name::table
            .filter(ferro_real_name::user_id.eq(user.get()))
            .select(RealNameRow::as_select())
            .first::<RealNameRow>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        row.map(RealNameRecord::try_from).transpose()
    }

    async fn count_events(
        &self,
        name: &CounterName,
        window: Seconds,
        now: UnixSeconds,
    ) -> Result<i64, StoreError> {
        if !is_storable(name.as_str()) {
            return Ok(0);
        }
        let mut connection = self.reader().await?;
        let count = ferro_counter::table
            .filter(ferro_counter::name.eq(name.as_str()))
            .filter(ferro_counter::expires_at.gt(now.get()))
            .filter(ferro_counter::expires_at.le(now.latest_end(window).get()))
            .select(ferro_counter::count)
            .first::<Int>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(count.map_or(0, |count| count.0))
    }

    async fn list_unverified_users(
        &self,
        users: &[UserId],
        registered: UnixSeconds,
        with_admins: bool,
    ) -> Result<Vec<UserId>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let whose = "COALESCE((SELECT ferro_shadow_account.user_id FROM ferro_shadow_account \
             WHERE ferro_shadow_account.shadow_user_id = v2_user.id), v2_user.id)";
        let exempt = if with_admins {
            ""
        } else {
            "AND is_admin = '0' "
        };
        let query = format!(
            "SELECT id FROM v2_user WHERE id IN ({}) AND created_at <= {} {exempt}\
             AND NOT EXISTS (SELECT 1 FROM ferro_real_name WHERE ferro_real_name.status = {} \
             AND ferro_real_name.user_id = {whose}) ORDER BY id",
            numbers(users.iter().map(|user| user.get())),
            registered.get(),
            Status::Approved.code(),
        );
        let mut connection = self.reader().await?;
        let found: Vec<RowId> = diesel::sql_query(query)
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(found.into_iter().map(|row| UserId::new(row.id.0)).collect())
    }
}

#[async_trait]
impl RealNameReviewQueries for SqlStore {
    async fn list_real_names(
        &self,
        filter: &RealNameFilter,
        page: Page,
    ) -> Result<Found<RealNameView>, StoreError> {
        let part = filter.email.as_deref().unwrap_or_default();
        if !is_storable(part) {
            return Ok(Found::default());
        }
        let mut connection = self.reader().await?;
        let found = if filter.status == Some(Status::Unsubmitted) {
            users_without(&mut connection, filter, page).await
        } else {
            submissions(&mut connection, filter, page).await
        };
        found.map_err(reported)
    }

    async fn count_real_names(&self) -> Result<RealNameCounts, StoreError> {
        let mut connection = self.reader().await?;
        let users: Int = v2_user::table
            .filter(no_shadow())
            .count()
            .get_result(&mut *connection)
            .await
            .map_err(reported)?;
        let submitted: Vec<(Int, Int)> = ferro_real_name::table
            .inner_join(v2_user::table.on(v2_user::id.eq(ferro_real_name::user_id)))
            .group_by(ferro_real_name::status)
            .select((ferro_real_name::status, diesel::dsl::count_star()))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let count = |status: Status| {
            let row = submitted.iter().find(|(code, _)| code.0 == status.code());
            row.map_or(0, |(_, count)| count.0)
        };
        let all: i64 = submitted.iter().map(|(_, count)| count.0).sum();
        Ok(RealNameCounts {
            unsubmitted: users.0.saturating_sub(all),
            pending: count(Status::Pending),
            approved: count(Status::Approved),
            rejected: count(Status::Rejected),
        })
    }
}
