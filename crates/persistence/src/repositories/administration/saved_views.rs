use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{SavedView, SavedViewRepository};
use ferroboard_kernel::{StoreError, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, line};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::ferro_saved_view;

#[async_trait]
impl SavedViewRepository for SqlTx {
    async fn replace_saved_view(&mut self, view: &SavedView, most: u32) -> Result<(), StoreError> {
        let replaced: Result<(), Failure> = async {
            let connection = self.open()?;
            let own = ferro_saved_view::admin_id.eq(view.admin.get());
            diesel::delete(ferro_saved_view::table)
                .filter(own)
                .filter(ferro_saved_view::list.eq(view.list.as_str()))
                .filter(ferro_saved_view::name.eq(view.name.as_str()))
                .execute(&mut *connection)
                .await?;
            diesel::insert_into(ferro_saved_view::table)
                .values((
                    ferro_saved_view::admin_id.eq(view.admin.get()),
                    ferro_saved_view::list.eq(view.list.as_str()),
                    ferro_saved_view::name.eq(line(&view.name)),
                    ferro_saved_view::query.eq(view.query.as_str()),
                    ferro_saved_view::created_at.eq(view.created_at.get()),
                ))
                .execute(&mut *connection)
                .await?;
            let beyond: Vec<Int> = ferro_saved_view::table
                .filter(own)
                .order(ferro_saved_view::id.desc())
                .offset(i64::from(most))
                .limit(i64::from(most))
                .select(ferro_saved_view::id)
                .load(&mut *connection)
                .await?;
            let beyond: Vec<i64> = beyond.into_iter().map(|id| id.0).collect();
            if !beyond.is_empty() {
                diesel::delete(ferro_saved_view::table)
                    .filter(ferro_saved_view::id.eq_any(beyond))
                    .execute(connection)
                    .await?;
            }
            Ok(())
        }
        .await;
        self.settle(replaced)
    }

    async fn delete_saved_view(&mut self, admin: UserId, id: i64) -> Result<bool, StoreError> {
        let deleted = diesel::delete(ferro_saved_view::table)
            .filter(ferro_saved_view::admin_id.eq(admin.get()))
            .filter(ferro_saved_view::id.eq(id))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|rows| rows > 0)
    }
}
