//! Users, as administrators look for them.

use async_trait::async_trait;
use ferroboard_application::{
    ResetCounts, ResetFilter, ResetLogView, UserQueries, UserScope, UserView,
};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, ListRequest, Page};

use super::super::sql::lists::{self, Asked};
use super::super::{SqlStore, reported};
use super::reset_log;
use super::user_rows::{COLUMNS, LIST, UserRow, first};
use crate::lists::matching;
use crate::rows::numbers;

#[async_trait]
impl UserQueries for SqlStore {
    async fn list_users(&self, request: &ListRequest) -> Result<Found<UserView>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked::of_all(&self.lists, &LIST, COLUMNS, request);
        let found = lists::page::<UserRow>(&mut connection, asked);
        let found = found.await.map_err(reported)?;
        Ok(found.map(|row| row.view(self.zone)))
    }

    async fn list_users_after(
        &self,
        users: &UserScope,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserView>, StoreError> {
        let mut scope = lists::statement();
        scope.sql("v2_user.id > ");
        scope.bind(after.map_or(i64::MIN, UserId::get));
        match users.ids() {
            Some([]) => return Ok(Vec::new()),
            Some(ids) => {
                let ids = numbers(ids.iter().map(|id| id.get()));
                scope.sql(&format!(" AND v2_user.id IN ({ids})"));
            }
            None => {}
        }
        let conditions = matching(scope, &LIST, users.request());
        let mut connection = self.reader().await?;
        let rows = first(&mut connection, conditions, limit).await;
        let rows = rows.map_err(reported)?.into_iter();
        Ok(rows.map(|row| row.view(self.zone)).collect())
    }

    async fn find_user(&self, user: UserId) -> Result<Option<UserView>, StoreError> {
        let mut scope = lists::statement();
        scope.sql("v2_user.id = ").bind(user.get());
        let mut connection = self.reader().await?;
        let rows = first(&mut connection, scope, 1).await;
        let row = rows.map_err(reported)?.into_iter().next();
        Ok(row.map(|row| row.view(self.zone)))
    }

    async fn list_traffic_resets(
        &self,
        filter: &ResetFilter,
        page: Page,
    ) -> Result<Found<ResetLogView>, StoreError> {
        let mut connection = self.reader().await?;
        let found = reset_log::list(&mut connection, &self.lists, filter, page, self.zone).await;
        found.map_err(reported)
    }

    async fn count_traffic_resets(&self, since: UnixSeconds) -> Result<ResetCounts, StoreError> {
        let mut connection = self.reader().await?;
        let counts = reset_log::count(&mut connection, since, self.zone).await;
        counts.map_err(reported)
    }
}
