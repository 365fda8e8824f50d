use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::{OperationRepository, OperationState};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::schema::ferro_operation;

/// A row of `ferro_operation` without its key.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_operation)]
struct OperationRow {
    holder: Option<String>,
    leased_until: Int,
    argument: Int,
    started_by: Option<Int>,
    position: Int,
    total: Int,
    changed: Int,
    removed: Int,
    failed: Int,
    failed_ids: Option<String>,
    started_at: Option<Int>,
    finished_at: Option<Int>,
}

impl From<OperationRow> for OperationState {
    fn from(row: OperationRow) -> Self {
        let ids = row.failed_ids.unwrap_or_default();
        Self {
            holder: row.holder,
            leased_until: UnixSeconds::new(row.leased_until.0),
            argument: row.argument.0,
            started_by: row.started_by.map(|user| UserId::new(user.0)),
            position: row.position.0,
            total: row.total.0,
            changed: row.changed.0,
            removed: row.removed.0,
            failed: row.failed.0,
            failed_ids: ids.split(',').filter_map(|id| id.parse().ok()).collect(),
            started_at: instant(row.started_at),
            finished_at: instant(row.finished_at),
        }
    }
}

#[async_trait]
impl OperationRepository for SqlTx {
    async fn find_operation(&mut self, name: &str) -> Result<OperationState, StoreError> {
        let row = ferro_operation::table
            .filter(ferro_operation::name.eq(name))
            .select(OperationRow::as_select())
            .first::<OperationRow>(self.open()?)
            .await
            .optional();
        let row = self.settle(row)?;
        Ok(row.map(OperationState::from).unwrap_or_default())
    }

    async fn lock_operation(&mut self, name: &str) -> Result<OperationState, StoreError> {
        self.take_turn(Turn::of_operation(name)).await?;
        let state: Result<OperationState, Failure> = async {
            let connection = self.open()?;
            // An insert that turns into an update locks the row for writing at once.
            let insert =
                diesel::insert_into(ferro_operation::table).values(ferro_operation::name.eq(name));
            on_duplicate!(insert, ferro_operation::name)
                .do_update()
                .set(ferro_operation::name.eq(name))
                .execute(&mut *connection)
                .await?;
            let row = ferro_operation::table
                .filter(ferro_operation::name.eq(name))
                .select(OperationRow::as_select())
                .first::<OperationRow>(connection)
                .await?;
            Ok(OperationState::from(row))
        }
        .await;
        self.settle(state)
    }

    async fn update_operation(
        &mut self,
        name: &str,
        state: &OperationState,
    ) -> Result<(), StoreError> {
        let ids: Vec<String> = state.failed_ids.iter().map(ToString::to_string).collect();
        let updated = diesel::update(ferro_operation::table.filter(ferro_operation::name.eq(name)))
            .set((
                ferro_operation::holder.eq(state.holder.as_deref()),
                ferro_operation::leased_until.eq(state.leased_until.get()),
                ferro_operation::argument.eq(state.argument),
                ferro_operation::started_by.eq(state.started_by.map(UserId::get)),
                ferro_operation::position.eq(state.position),
                ferro_operation::total.eq(state.total),
                ferro_operation::changed.eq(state.changed),
                ferro_operation::removed.eq(state.removed),
                ferro_operation::failed.eq(state.failed),
                ferro_operation::failed_ids.eq(ids.join(",")),
                ferro_operation::started_at.eq(state.started_at.map(UnixSeconds::get)),
                ferro_operation::finished_at.eq(state.finished_at.map(UnixSeconds::get)),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }
}
