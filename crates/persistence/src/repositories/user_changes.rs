use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ferroboard_application::{UserChange, UserChangeQueries, UserChangeRepository};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::{SqlStore, SqlTx, reported};
use crate::integer::Int;
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
        let rows = users.iter().map(|user| format!("({user}, {})", at.get()));
        let statement = format!(
            "INSERT INTO ferro_user_change (user_id, created_at) VALUES {}",
            rows.collect::<Vec<_>>().join(", ")
        );
        let inserted = diesel::sql_query(statement).execute(self.open()?).await;
        self.settle(inserted).map(drop)
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
        let rows: Vec<(Int, Int, Int)> = ferro_user_change::table
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
        Ok(rows.into_iter().map(change).collect())
    }
}
