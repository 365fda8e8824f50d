use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use diesel_async::RunQueryDsl as _;
use ferroboard_application::PlanQueries;
use ferroboard_billing::{Gigabytes, Plan, PlanRepository, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId, StoreError, UnixSeconds};

use super::{Conn, SqlStore, SqlTx, reported};
use crate::integer::Int;
use crate::schema::v2_plan;

/// A row of `v2_plan`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_plan)]
struct PlanRow {
    id: Int,
    group_id: Option<Int>,
    transfer_enable: Option<Int>,
    name: String,
    prices: Option<String>,
    sell: Int,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
    show: Int,
    sort: Option<Int>,
    renew: Int,
    content: Option<String>,
    tags: Option<String>,
    reset_traffic_method: Option<Int>,
    capacity_limit: Option<Int>,
    created_at: Int,
    updated_at: Int,
}

impl From<PlanRow> for Plan {
    fn from(row: PlanRow) -> Self {
        let number = |value: Option<Int>| value.map(|value| value.0);
        // The reference resets nothing under a code that it does not know.
        let reset_method = number(row.reset_traffic_method)
            .map(|code| ResetMethod::from_code(code).unwrap_or(ResetMethod::Never));
        Self {
            id: PlanId::new(row.id.0),
            group_id: row.group_id.map(|id| GroupId::new(id.0)),
            traffic: Gigabytes::new(number(row.transfer_enable).unwrap_or(0)),
            name: row.name,
            prices: row.prices,
            sell: row.sell.is_set(),
            speed_limit: number(row.speed_limit),
            device_limit: number(row.device_limit),
            show: row.show.is_set(),
            sort: number(row.sort),
            renew: row.renew.is_set(),
            content: row.content,
            tags: row.tags,
            reset_method,
            capacity_limit: number(row.capacity_limit),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

async fn find(connection: &mut Conn, id: PlanId) -> QueryResult<Option<Plan>> {
    let row = v2_plan::table
        .filter(v2_plan::id.eq(id.get()))
        .select(PlanRow::as_select())
        .first::<PlanRow>(connection)
        .await
        .optional()?;
    Ok(row.map(Plan::from))
}

#[async_trait]
impl PlanRepository for SqlTx {
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        let plan = find(self.open()?, id).await;
        self.settle(plan)
    }
}

#[async_trait]
impl PlanQueries for SqlStore {
    async fn find_plan_view(&self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, id).await.map_err(reported)
    }
}
