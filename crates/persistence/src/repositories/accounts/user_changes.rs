use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_application::{UserChange, UserChangeQueries, UserChangeRepository};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, reported, rows};
use crate::integer::Int;
use crate::rows::tuples;
use crate::schema::ferro_user_change;

#[async_trait]
impl UserChangeRepository for SqlTx {
    async fn insert_user_changes(
        &mut self,
        users: &[UserId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if users.is_empty() {
            return Ok(());
        }
        let rows: Vec<[i64; 2]> = users.iter().map(|user| [user.get(), at.get()]).collect();
        let insert = format!(
            "INSERT INTO ferro_user_change (user_id, created_at) VALUES {}",
            tuples(&rows)
        );
        let inserted = self.open()?.batch_execute(&insert).await;
        self.settle(inserted)
    }

    async fn delete_user_changes(&mut self, before: UnixSeconds) -> Result<u64, StoreError> {
        let old = ferro_user_change::table.filter(ferro_user_change::created_at.lt(before.get()));
        let deleted = diesel::delete(old).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }
}

#[async_trait]
impl UserChangeQueries for SqlStore {
    async fn list_user_changes(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<UserChange>, StoreError> {
        let mut connection = self.reader().await?;
        let found: Vec<(Int, Int, Int)> = ferro_user_change::table
            .filter(ferro_user_change::id.gt(after))
            .order(ferro_user_change::id)
            .limit(i64::from(limit))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let change = |(number, user, at): (Int, Int, Int)| UserChange {
            number: number.0,
            user: UserId::new(user.0),
            at: UnixSeconds::new(at.0),
        };
        Ok(found.into_iter().map(change).collect())
    }

    async fn find_user_change_before(&self, at: UnixSeconds) -> Result<i64, StoreError> {
        let mut connection = self.reader().await?;
        let last: Option<Int> = ferro_user_change::table
            .filter(ferro_user_change::created_at.lt(at.get()))
            .select(diesel::dsl::max(ferro_user_change::id))
            .first(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(last.map_or(0, |number| number.0))
    }
}
